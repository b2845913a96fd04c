"""The errors of the run store, with sentences that say what happened, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from mnist_core.errors import UserError

_OWN_DISK = "Copy the file to a disk of this machine, and set MNIST_DATABASE_URL=sqlite:////folder/runs.sqlite"


class StoreError(UserError):
    """The database cannot be used; the text says which one, why, and what to do."""


class StoreFull(StoreError):
    """The disk is full. Everything written before is safe."""


class RunNotFound(UserError):
    """There is no run of that number."""


class WrongState(UserError):
    """The run is in a state that does not allow the operation."""


class NoNetworkYet(UserError):
    """The run has not reached its first checkpoint."""


class ParentError(UserError):
    """A network cannot be the one that a run starts from; the text says why."""


@contextmanager
def translated_errors(engine: sa.Engine) -> Iterator[None]:
    """Turn the database driver's errors into `StoreError`s that say what to do."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        kind = StoreFull if _is_full(cause) else StoreError
        raise kind(f"The run store {shown(str(engine.url))} failed: {cause}. {_advice(cause)}") from error


def shown(url: str) -> str:
    """Return the address without a password in it."""
    try:
        return sa.make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return repr(url)


def _is_full(cause: str) -> bool:
    return "is full" in cause.lower() or "no space left" in cause.lower()


def _advice(cause: str) -> str:
    lowered = cause.lower()
    if _is_full(cause):
        return "Free some space on the disk, then resume the run: everything written before is safe."
    if "disk i/o" in lowered or "locking protocol" in lowered:
        return f"Its disk fails, or it is on a network drive that SQLite cannot use. {_OWN_DISK}"
    if "unable to open" in lowered:
        return f"Check that the folder exists and that you may write to it. On a network drive: {_OWN_DISK}"
    if "readonly" in lowered or "permission" in lowered:
        return "Check that the folder exists and that you may write to it."
    if "malformed" in lowered or "not a database" in lowered:
        return "The file is damaged: put a backup in its place, or move it away to start with an empty store."
    if "locked" in lowered:
        return "Another program is holding it for too long: close it and try again."
    return "Check that the database is running and reachable, then try again."
