"""Leases: the right of one worker to work on one run, job or sweep until a time, unless it is renewed.

Each claim has a number, its turn, which every later write must match. A worker that was too slow, or was taken for
dead, therefore writes nothing. Only the lease in hand is renewed: what a worker has dropped, for whatever reason, is
free again as soon as its lease runs out.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import sqlalchemy as sa

from mnist_core.runs import schema
from mnist_core.runs.records import JobState, Lease, State, SweepState
from mnist_core.runs.schema import jobs, runs, sweeps

LEASE_SECONDS = 6.0
"""How long a worker may be silent before what it works on is given to another; heartbeats renew it."""

Hold = Callable[[Lease], AbstractContextManager[object]]
"""Called with the lease of what a worker begins to work on; the heartbeat renews it as long as the context is open."""

MOST_DEATHS = 5
"""Workers that may die at one run, one after another and without anything written, before it counts as the cause."""
DEADLY = (
    f"{MOST_DEATHS} workers in a row ended at this run, most likely for want of memory. "
    "Try fewer hidden units or a smaller batch, or resume it when the machine has less to do."
)
MOST_DEATHS_AT_A_JOB = 2
DEADLY_JOB = (
    "Two workers ended at this file, most likely for want of memory. Try again when the machine has less to do."
)
DEADLY_SWEEP = "Two workers ended while they chose the next settings. Its runs are safe; start a smaller sweep."


class LeaseLost(Exception):
    """What a worker had in hand was given to another worker, or is gone: drop it, nothing was written."""


class _Leased(NamedTuple):
    """A table whose rows are claimed, and when and how a row is given up."""

    table: sa.Table
    most_deaths: int
    waiting: str
    failed: str
    message: str


_LEASED = (
    _Leased(runs, MOST_DEATHS, State.ACTIVE, State.FAILED, DEADLY),
    _Leased(jobs, MOST_DEATHS_AT_A_JOB, JobState.WAITING, JobState.FAILED, DEADLY_JOB),
    _Leased(sweeps, MOST_DEATHS_AT_A_JOB, SweepState.ACTIVE, SweepState.FAILED, DEADLY_SWEEP),
)
_TABLES = {leased.table.name: leased.table for leased in _LEASED}


def is_free(table: sa.Table, now: float) -> sa.ColumnElement[bool]:
    """Rows that are in nobody's hands at the time `now` of the database's clock."""
    return sa.or_(table.c.lease_until.is_(None), table.c.lease_until < now)


def take(
    connection: sa.Connection, table: sa.Table, row: sa.RowMapping, worker: str, now: float, **changes: Any
) -> Lease:
    """Give a free row, which the caller has locked, to a worker; `changes` are further columns to write."""
    lease = Lease(table.name, row["id"], row["turn"] + 1, worker)
    changes |= {"turn": lease.number, "lease_owner": worker, "lease_until": now + LEASE_SECONDS}
    connection.execute(table.update().where(table.c.id == lease.id).values(changes))
    return lease


def mine(lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
    """The row of a lease, as long as nobody else has claimed it, and it was not given back."""
    columns = _TABLES[lease.table].c
    own = (columns.id == lease.id, columns.turn == lease.number, columns.lease_owner == lease.worker)
    return (*own, columns.lease_until.is_not(None))


def renew(connection: sa.Connection, lease: Lease, now: float) -> None:
    """Let a lease last longer, unless it has run out or is lost."""
    table = _TABLES[lease.table]
    alive = (*mine(lease), table.c.lease_until >= now)
    connection.execute(table.update().where(*alive).values(lease_until=now + LEASE_SECONDS))


def end(connection: sa.Connection, lease: Lease, **changes: Any) -> None:
    """Give a lease back, and write `changes` to its row. Raises `LeaseLost`, in which case nothing was written."""
    table = _TABLES[lease.table]
    changes |= {"lease_until": None, "updated_at": schema.now(connection)}
    if connection.execute(table.update().where(*mine(lease)).values(changes)).rowcount != 1:
        raise lost(lease)


def lost(lease: Lease) -> LeaseLost:
    """Return the error that says so."""
    return LeaseLost(f"turn {lease.number} of {lease.table} {lease.id} is over")


def release_all(connection: sa.Connection, worker: str) -> None:
    """Free what a dead worker held; give up what too many have died of."""
    now = schema.now(connection)
    for table, most_deaths, waiting, failed, message in _LEASED:
        held = table.update().where(table.c.lease_owner == worker, table.c.lease_until.is_not(None))
        connection.execute(held.values(lease_until=None, deaths=table.c.deaths + 1))
        hopeless = table.update().where(table.c.deaths >= most_deaths, table.c.state == waiting)
        connection.execute(hopeless.values(state=failed, message=message, deaths=0, updated_at=now))
