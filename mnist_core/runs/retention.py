"""Retention: which runs are deleted, and in which order. `_RULES` lists the rules; the one there is limits the bytes.

The owner who takes most of the store loses something first, so that nobody's runs are deleted because somebody else
has many. Of the ended runs of that owner, the training states (those of the optimizer) are deleted first: such a run
can still be viewed, and "+1 epoch" trains it again from its first step, to the same weights. The networks of earlier
epochs come next, then whole runs, the oldest first. Imported networks are never deleted, nor are pinned runs, those of
a visitor up to what one person may pin. `_deletable` says what may be deleted, `_states`, `_networks_of_epochs` and
`_whole_runs` in which order. Uploads have limits of their own, at which they are refused (see `quotas`).
"""

from __future__ import annotations

import sys
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from mnist_core.runs import clock
from mnist_core.runs.epoch_store import NETWORK, epoch_bytes
from mnist_core.runs.eviction_notice import Eviction, announce, announced
from mnist_core.runs.quotas import EACH, RESULTS_SHARE, of_visitors
from mnist_core.runs.run_records import JobState, State, SweepState
from mnist_core.runs.run_sizes import (
    ROW_BYTES,
    bytes_of_blobs,
    bytes_of_epochs,
    bytes_of_run,
    bytes_of_snapshots_and_curves,
)
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.schema import blobs, epochs, job_blobs, jobs, progress, runs, sweeps
from mnist_core.runs.snapshot_store import snapshot_bytes
from mnist_core.runs.starting_weights import starting_weights_bytes

ROOM_SHARE = 0.1
"""The share of the limit that is freed when it is reached, so that it is not reached again at once."""
MOST_AT_ONCE = 50
MOST_BYTES_AT_ONCE = 50_000_000
"""The most runs, and the most bytes, to delete in one transaction. It holds the write lock for at most 0.5 s."""

_TRAINED = runs.c.imported == ""
_ENDED = runs.c.state.in_([state for state in State if state.ended])
_STATE, _NETWORKS, _RUN, _RESULT = "state", "networks", "run", "result"


@dataclass(frozen=True)
class _Candidate:
    """Something that may be deleted: a part of a run or a job, its owner, and how many bytes that frees."""

    kind: str
    id: int
    owner: str
    size: int


def _unfinished_sweeps() -> sa.Select[tuple[int]]:
    """Return the query for sweeps that still need their runs, to find the best."""
    return sa.select(sweeps.c.id).where(sweeps.c.state.in_((SweepState.ACTIVE, SweepState.PAUSED)))


def size(connection: sa.Connection) -> int:
    """Return how many bytes trained runs take: networks, training states, starting weights, epochs and curves."""
    data = connection.scalar(sa.select(sa.func.sum(sa.func.length(blobs.c.data))).join(runs).where(_TRAINED)) or 0
    points = connection.scalar(sa.select(sa.func.count()).select_from(progress)) or 0
    others = snapshot_bytes(connection) + epoch_bytes(connection) + starting_weights_bytes(connection)
    return int(data) + others + ROW_BYTES * int(points)


def enforce_store_limit(store: RunStore, limit: int) -> Eviction | None:
    """Delete some of what breaks the rules; None if nothing does, or none of it may be deleted.

    A call deletes only a part, to hold the write lock briefly. Call it again soon after it has returned something.
    Side effects: runs that were deleted more than a day ago are purged, exported files and results of analyses beyond
    their share of the limit are deleted, which can be made again, and the deletion is announced (see
    `retention_notice`).
    """
    store.purge()
    most_results = int(RESULTS_SHARE * limit)
    with store.reading() as connection:
        kept = _due_by_rules(connection, limit) is None and _results_size(connection) <= most_results
        if kept and announced(connection).blocked is None:
            return None
    with store.writing() as connection:
        _delete_results(connection, most_results)
        candidates = _due_by_rules(connection, limit)
        freed = None if candidates is None else _delete(connection, candidates, limit)
        new = announce(connection, freed)
    if new:
        print(f"run store: {freed}", file=sys.stderr, flush=True)
    return freed if freed is not None and freed.anything else None


def _beyond_bytes(connection: sa.Connection, limit: int) -> list[_Candidate] | None:
    """The rule that runs take at most `limit` bytes: return what the owners who take most have to give up for it."""
    total = size(connection)
    if total <= limit:
        return None
    sizes = sa.select(runs.c.owner, bytes_of_run().label("size")).where(_TRAINED).subquery()
    query = sa.select(sizes.c.owner, sa.func.sum(sizes.c.size)).group_by(sizes.c.owner)
    held = {owner: int(taken) for owner, taken in connection.execute(query)}
    excess = min(MOST_BYTES_AT_ONCE, total - int(limit * (1 - ROOM_SHARE)))
    may_go = _deletable(limit)
    candidates = [
        *_states(connection, may_go),
        *_networks_of_epochs(connection, may_go),
        *_whole_runs(connection, may_go),
    ]
    return _take_from_largest_owner(candidates, held, excess)


_RULES: tuple[Callable[[sa.Connection, int], list[_Candidate] | None], ...] = (_beyond_bytes,)
"""A rule returns what is to be deleted next, or None while it holds. To keep the newest 500 runs, add a rule here."""


def _due_by_rules(connection: sa.Connection, limit: int) -> list[_Candidate] | None:
    """Return what is to be deleted next by all rules; None while all hold."""
    found = [candidates for rule in _RULES if (candidates := rule(connection, limit)) is not None]
    return [candidate for candidates in found for candidate in candidates] if found else None


def _delete(connection: sa.Connection, going: list[_Candidate], limit: int) -> Eviction:
    """Delete training states, networks of epochs and whole runs."""
    states, networks, whole = (
        [candidate.id for candidate in going if candidate.kind == kind] for kind in (_STATE, _NETWORKS, _RUN)
    )
    connection.execute(blobs.delete().where(blobs.c.kind == "optimizer", blobs.c.run_id.in_(states)))
    connection.execute(epochs.delete().where(epochs.c.kind == NETWORK, epochs.c.run_id.in_(networks)))
    connection.execute(runs.delete().where(runs.c.id.in_(whole)))
    parts = (tuple(number for number in numbers if number not in whole) for numbers in (states, networks))
    return Eviction(limit, clock.now(connection), next(parts), tuple(whole), next(parts))


def _deletable(limit: int) -> sa.ColumnElement[bool]:
    """Return the condition for trained runs that have ended and may be deleted, given the limit in bytes."""
    return sa.and_(_ENDED, _TRAINED, sa.or_(runs.c.pinned == 0, runs.c.id.in_(_pinned_beyond(EACH * limit))))


def _pinned_beyond(most: float) -> sa.Select[tuple[int]]:
    """Return the query for pinned runs that protect nothing: their owner's pins up to them take more than `most` bytes.

    The pins of the oldest runs come first. Runs can grow after they were pinned, so `require_pin` is not enough.
    """
    up_to_it = sa.func.sum(bytes_of_run()).over(partition_by=runs.c.owner, order_by=runs.c.id)
    pinned = sa.select(runs.c.id, up_to_it.label("size")).where(runs.c.pinned == 1, _TRAINED, of_visitors(runs.c.owner))
    pins = pinned.subquery()
    return sa.select(pins.c.id).where(pins.c.size > most)


def _states(connection: sa.Connection, may_go: sa.ColumnElement[bool]) -> list[_Candidate]:
    """Return the training states of ended runs, oldest first."""
    query = (
        sa.select(runs.c.id, runs.c.owner, sa.func.length(blobs.c.data))
        .join(blobs)
        .where(blobs.c.kind == "optimizer", may_go)
        .order_by(runs.c.updated_at)
    )
    return [_Candidate(_STATE, *row) for row in connection.execute(query)]


def _networks_of_epochs(connection: sa.Connection, may_go: sa.ColumnElement[bool]) -> list[_Candidate]:
    """Return the networks that ended runs had after earlier epochs, those of the oldest run first."""
    size = bytes_of_epochs(epochs.c.kind == NETWORK)
    query = sa.select(runs.c.id, runs.c.owner, size).where(may_go, size > 0).order_by(runs.c.updated_at)
    return [_Candidate(_NETWORKS, *row) for row in connection.execute(query)]


def _whole_runs(connection: sa.Connection, may_go: sa.ColumnElement[bool]) -> list[_Candidate]:
    """Return what else ended runs take: first those that a person has deleted, then the oldest."""
    size = (
        bytes_of_blobs(blobs.c.kind != "optimizer")
        + bytes_of_epochs(epochs.c.kind != NETWORK)
        + bytes_of_snapshots_and_curves()
    )
    query = (
        sa.select(runs.c.id, runs.c.owner, size)
        .where(may_go, runs.c.sweep_id.is_(None) | runs.c.sweep_id.not_in(_unfinished_sweeps()))
        .order_by(runs.c.deleted_at.is_(None), runs.c.updated_at)
    )
    return [_Candidate(_RUN, *row) for row in connection.execute(query)]


def _take_from_largest_owner(candidates: Iterable[_Candidate], held: dict[str, int], excess: int) -> list[_Candidate]:
    """Return the first `candidates` that add up to `excess` bytes, at most `MOST_AT_ONCE`.

    Each is taken from the owner who still has most of the bytes in `held`, among those with candidates left.
    """
    waiting: dict[str, deque[_Candidate]] = defaultdict(deque)
    for candidate in candidates:
        waiting[candidate.owner].append(candidate)
    left = defaultdict(int, held)
    going: list[_Candidate] = []
    while excess > 0 and waiting and len(going) < MOST_AT_ONCE:
        owner = max(waiting, key=left.__getitem__)
        candidate = waiting[owner].popleft()
        going.append(candidate)
        left[owner] -= candidate.size
        excess -= candidate.size
        if not waiting[owner]:
            del waiting[owner]
    return going


def _results_size(connection: sa.Connection) -> int:
    query = sa.select(sa.func.sum(sa.func.length(job_blobs.c.data))).join(jobs).where(jobs.c.state != JobState.WAITING)
    return int(connection.scalar(query) or 0)


def _delete_results(connection: sa.Connection, most: int) -> None:
    """Delete results of jobs beyond `most` bytes in total: the oldest of the owner who has most."""
    query = (
        sa.select(jobs.c.id, jobs.c.owner, sa.func.length(job_blobs.c.data))
        .join(job_blobs)
        .where(jobs.c.state != JobState.WAITING)
        .order_by(jobs.c.updated_at)
    )
    candidates = [_Candidate(_RESULT, *row) for row in connection.execute(query)]
    held: dict[str, int] = defaultdict(int)
    for candidate in candidates:
        held[candidate.owner] += candidate.size
    going = _take_from_largest_owner(candidates, held, sum(held.values()) - most)
    connection.execute(jobs.delete().where(jobs.c.id.in_([candidate.id for candidate in going])))
