"""How much people may bring along and have going, all together and each.

Only training makes room for itself (see `retention`). What people bring along is refused once it is too much, so that
no upload ever costs somebody else anything. The limits are for visitors: whoever works at the terminal owns the
machine, and sets them for everybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from mnist_core.environment import count_setting, in_megabytes, size_setting
from mnist_core.errors import UserError
from mnist_core.runs.records import JobState, State
from mnist_core.runs.schema import blobs, dataset_blobs, datasets, drawings, job_blobs, jobs, runs

STORE_SETTING = "MNIST_STORE_LIMIT"
DEFAULT_STORE_LIMIT = 5_000_000_000
SMALLEST_STORE_LIMIT = 10_000_000
"""Bytes; below this, not even the largest networks in training would fit."""
QUEUE_SETTING = "MNIST_QUEUE_LIMIT"
DEFAULT_QUEUE_LIMIT = 20
UNFINISHED = tuple(state for state in State if not state.ended)
EACH = 0.25
"""What one person may keep of what all may together."""
IMPORT = "import"
"""The kind of a job that brings a network in."""
TERMINAL = "terminal-"
"""How the owners of what was begun at the terminal are called; no browser's id begins so."""

Sizes = Callable[[], sa.Select[tuple[str, int]]]


class QuotaReached(UserError):
    """Somebody has brought along, or begun, as much as one person may, or all together."""


@dataclass(frozen=True)
class Quota:
    """A kind of thing that people bring along, as a share of `store_limit` that is kept for it beside the runs.

    `sizes` asks for (owner, bytes) of all that there is; `forget` are deletions that make what its owner has deleted
    already, and could still have back, go for good.
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


DATASETS = Quota("datasets", 0.2, _dataset_sizes)
IMPORTS = Quota("imported networks", 0.2, _import_sizes, (_deleted_imports,))
WAITING = Quota("networks that wait to be imported", 0.1, _waiting_sizes)
HANDWRITING = Quota("drawings", 0.1, _drawing_sizes, (_deleted_drawings,))
RESULTS_SHARE = 0.1
"""Share of `store_limit` for exported files; the oldest are deleted first (see `retention`)."""


def store_limit() -> int:
    """Return MNIST_STORE_LIMIT in bytes, by default 5 GB. Raises `UserError` if it is no size of 10 MB or more."""
    return size_setting(STORE_SETTING, DEFAULT_STORE_LIMIT, SMALLEST_STORE_LIMIT)


def queue_limit() -> int:
    """Return MNIST_QUEUE_LIMIT, by default 20. Raises `UserError` if it is no whole number from 1 to 10,000."""
    return count_setting(QUEUE_SETTING, DEFAULT_QUEUE_LIMIT, range(1, 10_001))


def is_visitor(owner: str) -> bool:
    """Tell whether limits hold for an owner: for browsers, not for the program itself and the terminal."""
    return bool(owner) and not owner.startswith(TERMINAL)


def require_room(connection: sa.Connection, quota: Quota, owner: str, size: int) -> None:
    """Raise `QuotaReached` unless `owner` may bring along `size` bytes more of such things.

    Side effect: where they are needed, the bytes of what the owner has deleted are made free for good.
    """
    if not is_visitor(owner):
        return
    together = quota.share * store_limit()
    each = EACH * together
    if _held(connection, quota, owner) + size > each or _held(connection, quota) + size > together:
        for deletion in quota.forget:
            connection.execute(deletion(owner))
    mine = _held(connection, quota, owner)
    raise_it = f"let whoever runs the app raise {STORE_SETTING}"
    if size > each:
        raise QuotaReached(
            f"This takes {in_megabytes(size)}, and one person may keep {in_megabytes(each)} of {quota.what} here: "
            f"bring less along, or {raise_it}."
        )
    if mine + size > each:
        raise QuotaReached(
            f"Your {quota.what} take {in_megabytes(mine)} of the {in_megabytes(each)} that one person may keep, and "
            f"this would be {in_megabytes(size)} more: delete some of yours first, or {raise_it}."
        )
    if _held(connection, quota) + size > together:
        raise QuotaReached(
            f"Everybody's {quota.what} together fill the {in_megabytes(together)} that are kept for them here: "
            f"whoever has some may delete them, or {raise_it}."
        )


def require_place(connection: sa.Connection, owner: str, count: int = 1) -> None:
    """Raise `QuotaReached` if `owner` would have more runs going, waiting or paused than one person may."""
    if not is_visitor(owner):
        return
    mine = (runs.c.owner == owner, runs.c.sweep_id.is_(None), runs.c.deleted_at.is_(None))
    query = sa.select(sa.func.count()).select_from(runs).where(*mine, runs.c.state.in_(UNFINISHED))
    there, most = int(connection.scalar(query) or 0), queue_limit()
    if there + count > most:
        raise QuotaReached(
            f"You have {there} of the {most} runs that may be training, waiting or paused for one person at a time: "
            "wait until one has ended, or stop one. To try many settings, vary them in a sweep."
        )


def require_pin(connection: sa.Connection, owner: str, run_id: int) -> None:
    """Raise `QuotaReached` if, with this run, `owner` would have pinned more than one person may of the limit.

    Pinned runs never make room: who pins many lets those of others go.
    """
    if not is_visitor(owner):
        return
    kept = sa.select(sa.func.sum(sa.func.length(blobs.c.data))).join(runs).where(runs.c.owner == owner)
    taken = int(connection.scalar(kept.where(sa.or_(runs.c.pinned == 1, runs.c.id == run_id))) or 0)
    most = EACH * store_limit()
    if taken > most:
        raise QuotaReached(
            f"With this one, your pinned runs take {in_megabytes(taken)}, and one person may pin "
            f"{in_megabytes(most)}: unpin another one first, or let whoever runs the app raise {STORE_SETTING}."
        )


def _held(connection: sa.Connection, quota: Quota, owner: str | None = None) -> int:
    """Return how many bytes there are of such things, of one owner or of all visitors."""
    found = quota.sizes().subquery()
    owners, sizes = found.c
    query = sa.select(sa.func.coalesce(sa.func.sum(sizes), 0))
    if owner is not None:
        query = query.where(owners == owner)
    else:
        query = query.where(owners != "", owners.not_like(f"{TERMINAL}%"))
    return int(connection.scalar(query) or 0)
