"""Quotas: how much data people may upload, and how many unfinished runs they may have, each and together.

Only training makes room for itself (see `retention`). Uploads are refused once they are too large, so that an upload
never deletes anything of somebody else. The limits apply to visitors. Whoever works at the terminal owns the machine,
and sets the limits for everybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from mnist_core.environment import count_setting, in_megabytes, size_setting
from mnist_core.errors import UserError
from mnist_core.runs.run_records import JobState, State
from mnist_core.runs.run_sizes import bytes_of_run
from mnist_core.runs.schema import blobs, dataset_blobs, datasets, drawings, job_blobs, jobs, runs
from mnist_core.text.sentence import Sentence, marked, sentence
from mnist_core.text.words import counted

STORE_SETTING = "MNIST_STORE_LIMIT"
DEFAULT_STORE_LIMIT = 5_000_000_000
SMALLEST_STORE_LIMIT = 10_000_000
"""Bytes; below this, not even the largest networks in training would fit."""
QUEUE_SETTING = "MNIST_QUEUE_LIMIT"
DEFAULT_QUEUE_LIMIT = 20
UNFINISHED = tuple(state for state in State if not state.ended)
EACH = 0.25
"""The share that one person may have of what is allowed for all together."""
IMPORT = "import"
"""The kind of a job that imports a network."""
TERMINAL = "terminal-"
"""The prefix of owners at the terminal. No id of a browser starts with it."""

Sizes = Callable[[], sa.Select[tuple[str, int]]]


class QuotaReached(UserError):
    """One person, or all together, would exceed a limit."""


@dataclass(frozen=True)
class Quota:
    """A quota for one kind of uploads: a `share` of `store_limit`, in addition to the runs.

    `sizes` returns the query for (owner, bytes) of all such things. `forget` are deletions that permanently remove what
    an owner has deleted but could still restore.
    """

    what: str
    share: float
    sizes: Sizes
    forget: tuple[Callable[[str], sa.Delete], ...] = ()


def _dataset_sizes() -> sa.Select[tuple[str, int]]:
    return sa.select(datasets.c.owner, sa.func.length(dataset_blobs.c.data)).join(dataset_blobs)


def _import_sizes() -> sa.Select[tuple[str, int]]:
    return sa.select(runs.c.owner, sa.func.length(blobs.c.data)).join(blobs).where(runs.c.imported != "")


def _waiting_sizes() -> sa.Select[tuple[str, int]]:
    waiting = (jobs.c.kind == IMPORT, jobs.c.state == JobState.WAITING)
    return sa.select(jobs.c.owner, sa.func.length(job_blobs.c.data)).join(job_blobs).where(*waiting)


def _drawing_sizes() -> sa.Select[tuple[str, int]]:
    return sa.select(drawings.c.owner, sa.func.length(drawings.c.image))


def _deleted_imports(owner: str) -> sa.Delete:
    return runs.delete().where(runs.c.owner == owner, runs.c.imported != "", runs.c.deleted_at.is_not(None))


def _deleted_drawings(owner: str) -> sa.Delete:
    return drawings.delete().where(drawings.c.owner == owner, drawings.c.deleted_at.is_not(None))


DATASETS = Quota(marked("datasets"), 0.2, _dataset_sizes)
IMPORTS = Quota(marked("imported networks"), 0.2, _import_sizes, (_deleted_imports,))
WAITING = Quota(marked("networks that wait to be imported"), 0.1, _waiting_sizes)
HANDWRITING = Quota(marked("drawings"), 0.1, _drawing_sizes, (_deleted_drawings,))
RESULTS_SHARE = 0.1
"""Share of `store_limit` for exported files and results of analyses; the oldest go first (see `retention`)."""


def store_limit() -> int:
    """Return MNIST_STORE_LIMIT in bytes, by default 5 GB. Raises `UserError` if it is no size of 10 MB or more."""
    return size_setting(STORE_SETTING, DEFAULT_STORE_LIMIT, SMALLEST_STORE_LIMIT)


def queue_limit() -> int:
    """Return MNIST_QUEUE_LIMIT, by default 20. Raises `UserError` if it is no whole number from 1 to 10,000."""
    return count_setting(QUEUE_SETTING, DEFAULT_QUEUE_LIMIT, range(1, 10_001))


def is_visitor(owner: str) -> bool:
    """Whether the limits apply to an owner: to browsers, not to the program itself and the terminal."""
    return bool(owner) and not owner.startswith(TERMINAL)


def of_visitors(owners: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return the condition that an owner `is_visitor`, for a query."""
    return sa.and_(owners != "", owners.not_like(f"{TERMINAL}%"))


def require_room(connection: sa.Connection, quota: Quota, owner: str, size: int) -> None:
    """Raise `QuotaReached` unless `owner` may add `size` bytes of this kind.

    Side effect: if the space is needed, what the owner has deleted is removed permanently.
    """
    if not is_visitor(owner):
        return
    together = quota.share * store_limit()
    each = EACH * together
    if _held(connection, quota, owner) + size > each or _held(connection, quota) + size > together:
        for deletion in quota.forget:
            connection.execute(deletion(owner))
    mine = _held(connection, quota, owner)
    raise_it = sentence("ask whoever runs the app to raise {setting}", setting=STORE_SETTING)
    if size > each:
        raise QuotaReached(
            "This takes {size}, and one person may keep {each} of {stored} here: add less, or {raise_it}.",
            size=in_megabytes(size),
            each=in_megabytes(each),
            stored=Sentence(quota.what),
            raise_it=raise_it,
        )
    if mine + size > each:
        raise QuotaReached(
            "Your {stored} take {mine} of the {each} that one person may keep, and this would be {size} "
            "more: delete some of yours first, or {raise_it}.",
            stored=Sentence(quota.what),
            mine=in_megabytes(mine),
            each=in_megabytes(each),
            size=in_megabytes(size),
            raise_it=raise_it,
        )
    if _held(connection, quota) + size > together:
        raise QuotaReached(
            "Everybody's {stored} together fill the {together} that are reserved for them here: delete "
            "some, if you have any, or {raise_it}.",
            stored=Sentence(quota.what),
            together=in_megabytes(together),
            raise_it=raise_it,
        )


def require_place(connection: sa.Connection, owner: str, count: int = 1) -> None:
    """Raise `QuotaReached` if `owner` would have too many unfinished runs with `count` more."""
    if not is_visitor(owner):
        return
    mine = (runs.c.owner == owner, runs.c.sweep_id.is_(None), runs.c.deleted_at.is_(None))
    query = sa.select(sa.func.count()).select_from(runs).where(*mine, runs.c.state.in_(UNFINISHED))
    there, most = int(connection.scalar(query) or 0), queue_limit()
    if there + count > most:
        raise QuotaReached(
            "One person may have {runs} training, waiting or paused at a time, and you have {there}: "
            "wait until one has ended, or stop one. To try many settings, start a sweep.",
            runs=counted(most, "run"),
            there=there,
        )


def require_pin(connection: sa.Connection, owner: str, run_id: int) -> None:
    """Raise `QuotaReached` if the pinned runs of `owner` would take too much of the store's limit with this run.

    Pinned runs are not deleted, so pinning many would cost other people theirs. Imported networks have a quota of their
    own, and are never deleted.
    """
    if not is_visitor(owner):
        return
    mine = (runs.c.owner == owner, runs.c.imported == "", sa.or_(runs.c.pinned == 1, runs.c.id == run_id))
    sizes = sa.select(bytes_of_run().label("size")).where(*mine).subquery()
    taken = int(connection.scalar(sa.select(sa.func.sum(sizes.c.size))) or 0)
    most = EACH * store_limit()
    if taken > most:
        raise QuotaReached(
            "With this one, your pinned runs take {taken}, and one person may pin {most}: unpin another one first, or "
            "ask whoever runs the app to raise {setting}.",
            taken=in_megabytes(taken),
            most=in_megabytes(most),
            setting=STORE_SETTING,
        )


def _held(connection: sa.Connection, quota: Quota, owner: str | None = None) -> int:
    """Return the bytes of this kind that one owner or all visitors together have stored."""
    found = quota.sizes().subquery()
    owners, sizes = found.c
    whose = of_visitors(owners) if owner is None else owners == owner
    return int(connection.scalar(sa.select(sa.func.coalesce(sa.func.sum(sizes), 0)).where(whose)) or 0)
