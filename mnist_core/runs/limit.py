"""Keeps the store below its limit: what can be had again goes first, and nothing goes that is pinned or not ended.

First the training states (the optimizer's) of ended runs: such a run is still there to look at, and "+1 epoch"
trains it anew from its first step, to the same weights. Then ended runs as a whole. The oldest go first.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa

from mnist_core.errors import UserError
from mnist_core.runs import schema
from mnist_core.runs.records import JobState, State, SweepState
from mnist_core.runs.schema import blobs, dataset_blobs, job_blobs, jobs, meta, progress, runs, sweeps
from mnist_core.runs.store import RunStore

SETTING = "MNIST_STORE_LIMIT"
DEFAULT_LIMIT = 5_000_000_000
SMALLEST_LIMIT = 10_000_000
"""Bytes; below this, not even the largest networks in training would fit."""
ROOM_SHARE = 0.1
"""So much of the limit is made free when it is reached, so that it is not reached again at once."""
ROW_BYTES = 80
"""A row of progress, with its place in the index."""
MOST_AT_ONCE = 50
"""Runs in one transaction, so that nobody waits long for the write lock."""
MOST_NAMED = 12
"""Run numbers in one announcement."""
ANNOUNCED_SECONDS = 24 * 3600.0

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_ANNOUNCEMENT = "freed"
_MAY_GO = (runs.c.state.in_([state for state in State if state.ended]), runs.c.pinned == 0)


def _going_sweeps() -> sa.Select[tuple[int]]:
    """Sweeps that still need their runs, to find the best of them."""
    return sa.select(sweeps.c.id).where(sweeps.c.state.in_((SweepState.ACTIVE, SweepState.PAUSED)))


@dataclass(frozen=True)
class Freed:
    """What went to keep the store below `limit` bytes: the numbers of runs, and when, in seconds since 1970."""

    limit: int
    at: float
    states: tuple[int, ...] = ()
    runs: tuple[int, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether something could go at all."""
        return bool(self.states or self.runs)

    def after(self, earlier: Freed | None) -> Freed:
        """Return this together with what went shortly before, so that one announcement tells all."""
        if earlier is None or earlier.limit != self.limit or earlier.at < self.at - ANNOUNCED_SECONDS:
            return self
        return replace(self, states=earlier.states + self.states, runs=earlier.runs + self.runs)

    def __str__(self) -> str:
        """Say it to the people whose runs these are."""
        limit = f"The run store reached its limit of {self.limit / 1e9:g} GB."
        if not self.anything:
            return f"{limit} All that is left in it is pinned or not ended: delete or unpin runs to make room."
        states = f" The training state of {_numbers(self.states)} went: more epochs would train anew from the first."
        whole = f" With all that they held went the oldest that had ended: {_numbers(self.runs)}."
        return f"{limit}{states if self.states else ''}{whole if self.runs else ''} Pin a run to keep it."


def store_limit() -> int:
    """Return MNIST_STORE_LIMIT in bytes, by default 5 GB. Raises `UserError` if it is no size of 10 MB or more."""
    text = os.environ.get(SETTING, "").strip()
    if not text:
        return DEFAULT_LIMIT
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Z]*)", text.upper())
    size = float(found[1]) * _UNITS.get(found[2], 0) if found else 0
    if not SMALLEST_LIMIT <= size < math.inf:
        raise UserError(f'{SETTING} must be a size of 10 MB or more, such as "500 MB" or "5 GB", not {text!r}.')
    return int(size)


def size(connection: sa.Connection) -> int:
    """Return how many bytes networks, training states, curves, exports and datasets take, in either database."""
    data = connection.scalar(sa.select(sa.func.sum(sa.func.length(blobs.c.data)))) or 0
    data += connection.scalar(sa.select(sa.func.sum(sa.func.length(job_blobs.c.data)))) or 0
    data += connection.scalar(sa.select(sa.func.sum(sa.func.length(dataset_blobs.c.data)))) or 0
    return int(data) + ROW_BYTES * int(connection.scalar(sa.select(sa.func.count()).select_from(progress)) or 0)


def make_room(store: RunStore, limit: int) -> Freed | None:
    """Free some of what may go if the store is above `limit` bytes; None if it is not, or nothing may go.

    Bounded, so that nobody waits long for it: call it again soon after it returned something. Side effects:
    runs that were deleted more than a day ago go for good; an announcement, see `announcement`.
    """
    store.purge()
    with store.reading() as connection:
        if size(connection) <= limit:
            return None
    with store.writing() as connection:
        connection.execute(jobs.delete().where(jobs.c.state != JobState.WAITING))  # exports can be had again
        if size(connection) <= limit:
            return None
        excess = size(connection) - int(limit * (1 - ROOM_SHARE))
        states = _free_states(connection, excess)
        gone = () if states else _free_runs(connection, excess)
        freed = Freed(limit, schema.now(connection), states, gone)
        told = _announced(connection)
        if not freed.anything and told is not None and not told.anything and told.limit == limit:
            return None
        _announce(connection, freed.after(told))
    print(f"run store: {freed}", file=sys.stderr, flush=True)
    return freed if freed.anything else None


def announcement(store: RunStore) -> str:
    """Return what went in the last 24 hours to make room, in words; "" if nothing did."""
    with store.reading() as connection:
        told = _announced(connection)
        recent = told is not None and told.at > schema.now(connection) - ANNOUNCED_SECONDS
    return str(told) if recent else ""


def _free_states(connection: sa.Connection, excess: int) -> tuple[int, ...]:
    """Delete the oldest training states of ended runs, about `excess` bytes of them; return whose they were."""
    query = (
        sa.select(blobs.c.run_id, sa.func.length(blobs.c.data))
        .join(runs)
        .where(blobs.c.kind == "optimizer", *_MAY_GO)
        .order_by(runs.c.updated_at)
    )
    ids = _enough(connection, query, excess)
    connection.execute(blobs.delete().where(blobs.c.kind == "optimizer", blobs.c.run_id.in_(ids)))
    return ids


def _free_runs(connection: sa.Connection, excess: int) -> tuple[int, ...]:
    """Delete the oldest ended runs, about `excess` bytes of them, those that a person deleted first."""
    query = (
        sa.select(runs.c.id, sa.func.coalesce(sa.func.sum(sa.func.length(blobs.c.data)), 0))
        .outerjoin(blobs)
        .where(*_MAY_GO, runs.c.sweep_id.is_(None) | runs.c.sweep_id.not_in(_going_sweeps()))
        .group_by(runs.c.id)
        .order_by(runs.c.deleted_at.is_(None), runs.c.updated_at)
    )
    ids = _enough(connection, query, excess)
    connection.execute(runs.delete().where(runs.c.id.in_(ids)))
    return ids


def _enough(connection: sa.Connection, query: sa.Select[Any], excess: int) -> tuple[int, ...]:
    """Take from the top of (run, bytes) what makes up for `excess`, at most `MOST_AT_ONCE`."""
    ids = []
    for run_id, taken in connection.execute(query.limit(MOST_AT_ONCE)):
        if excess <= 0:
            break
        ids.append(run_id)
        excess -= taken
    return tuple(ids)


def _announced(connection: sa.Connection) -> Freed | None:
    text = connection.scalar(sa.select(meta.c.value).where(meta.c.key == _ANNOUNCEMENT))
    return Freed(**{name: _tuple(value) for name, value in json.loads(text).items()}) if text else None


def _announce(connection: sa.Connection, freed: Freed) -> None:
    connection.execute(meta.delete().where(meta.c.key == _ANNOUNCEMENT))
    connection.execute(meta.insert().values(key=_ANNOUNCEMENT, value=json.dumps(asdict(freed))))


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _numbers(ids: tuple[int, ...]) -> str:
    """Return "run 3" or "runs 3, 4, 5"; of many, only how many."""
    if len(ids) > MOST_NAMED:
        return f"{len(ids)} runs"
    return f"run{'s' if len(ids) > 1 else ''} {', '.join(map(str, ids))}"
