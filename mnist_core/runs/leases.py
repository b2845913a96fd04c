"""Leases: the exclusive right of one worker to work on one run, job or sweep. A lease expires unless it is renewed.

This is the only module that claims rows, checks their owner, renews leases and releases rows, for all three tables.
Each claim increments the row's turn number. Later writes must match the turn number and the worker, so a worker that
was too slow, or was taken for dead, cannot write. A heartbeat renews only the lease that its worker is working on, so a
row that a worker has dropped is free again as soon as the lease expires.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import sqlalchemy as sa

from mnist_core.runs import clock
from mnist_core.runs.claims import Lease
from mnist_core.runs.run_records import JobState, State, SweepState
from mnist_core.runs.schema import jobs, runs, sweeps
from mnist_core.text.sentence import marked, sentence, to_stored

LEASE_SECONDS = 6.0
"""How long a worker may be silent before another worker can claim its row. Heartbeats renew the lease."""

KeepAlive = Callable[[Lease], AbstractContextManager[object]]
"""Called with a claimed lease. The heartbeat renews the lease while the context is open."""

MOST_DEATHS = 5
"""A run fails when this many workers in a row have died of it without writing anything."""
FATAL_RUN = sentence(
    "{deaths} workers in a row ended while they trained this run, most likely because memory ran out. "
    "Try fewer hidden units or a smaller batch, or resume it when the machine is less busy.",
    deaths=MOST_DEATHS,
)
MOST_DEATHS_AT_A_JOB = 2
FATAL_JOB = marked(
    "Two workers ended while they worked on this, most likely because memory ran out. Try again when the machine "
    "is less busy."
)
FATAL_SWEEP = marked(
    "Two workers ended while they chose the next settings. The runs of the sweep are safe; start a smaller one."
)


class LeaseLost(Exception):
    """Another worker has claimed the row, or it was deleted. Nothing was written; the work on it is to be dropped."""


class _LeasedTable(NamedTuple):
    """A table whose rows are claimed, and after how many dead workers a row is marked as failed."""

    table: sa.Table
    most_deaths: int
    pending: str
    failed: str
    failure_message: str


_LEASED = {
    leased.table.name: leased
    for leased in (
        _LeasedTable(runs, MOST_DEATHS, State.ACTIVE, State.FAILED, FATAL_RUN),
        _LeasedTable(jobs, MOST_DEATHS_AT_A_JOB, JobState.WAITING, JobState.FAILED, FATAL_JOB),
        _LeasedTable(sweeps, MOST_DEATHS_AT_A_JOB, SweepState.ACTIVE, SweepState.FAILED, FATAL_SWEEP),
    )
}


def is_free(table: sa.Table, now: float) -> sa.ColumnElement[bool]:
    """Return the condition for rows without a valid lease at the time `now` of the database's clock."""
    return sa.or_(table.c.lease_until.is_(None), table.c.lease_until < now)


def lock_first(connection: sa.Connection, query: sa.Select[Any]) -> sa.RowMapping | None:
    """Lock and return the first row of a query, skipping rows that others have locked. None if there is none.

    SQLite has no row locks: its transaction holds the write lock for the whole database.
    """
    return connection.execute(query.limit(1).with_for_update(skip_locked=True)).mappings().first()


def claim(
    connection: sa.Connection, table: sa.Table, row: sa.RowMapping, worker: str, now: float, **changes: Any
) -> Lease:
    """Give a free row to a worker. The caller has locked the row. `changes` are further columns to write."""
    lease = Lease(table.name, row["id"], row["turn"] + 1, worker)
    changes |= {"turn": lease.number, "lease_owner": worker, "lease_until": now + LEASE_SECONDS}
    connection.execute(table.update().where(table.c.id == lease.id).values(changes))
    return lease


def lock_own(connection: sa.Connection, lease: Lease) -> sa.RowMapping:
    """Lock and return the row of a lease. Raises `LeaseLost`."""
    table = _LEASED[lease.table].table
    row = connection.execute(sa.select(table).where(*_owned(lease)).with_for_update()).mappings().first()
    if row is None:
        raise _lost(lease)
    return row


def renew(connection: sa.Connection, lease: Lease, now: float) -> None:
    """Renew a lease, unless it has expired or is lost."""
    table = _LEASED[lease.table].table
    unexpired = (*_owned(lease), table.c.lease_until >= now)
    connection.execute(table.update().where(*unexpired).values(lease_until=now + LEASE_SECONDS))


def write_and_renew(connection: sa.Connection, lease: Lease, **changes: Any) -> None:
    """Write `changes` to the row of a lease, and renew it. Raises `LeaseLost`; nothing is written then."""
    now = clock.now(connection)
    _write(connection, lease, changes | {"lease_until": now + LEASE_SECONDS, "updated_at": now})


def release(connection: sa.Connection, lease: Lease, **changes: Any) -> None:
    """Write `changes` to the row of a lease, and release it. Raises `LeaseLost`; nothing is written then."""
    _write(connection, lease, changes | {"lease_until": None, "updated_at": clock.now(connection)})


def fail(connection: sa.Connection, lease: Lease, message: str, **changes: Any) -> None:
    """Release the row of a lease as failed. `message` is the reason, for people. Raises `LeaseLost`."""
    release(connection, lease, state=_LEASED[lease.table].failed, message=to_stored(message), **changes)


def revoked(table: sa.Table) -> dict[str, Any]:
    """Return the changes that revoke the lease of a row: the turn number no longer matches."""
    return {"turn": table.c.turn + 1, "lease_until": None}


def release_all(connection: sa.Connection, worker: str) -> None:
    """Release the rows of a dead worker. Rows that too many workers have died of are marked as failed."""
    now = clock.now(connection)
    for table, most_deaths, pending, failed, failure_message in _LEASED.values():
        held = table.update().where(table.c.lease_owner == worker, table.c.lease_until.is_not(None))
        connection.execute(held.values(lease_until=None, deaths=table.c.deaths + 1))
        hopeless = table.update().where(table.c.deaths >= most_deaths, table.c.state == pending)
        connection.execute(hopeless.values(state=failed, message=to_stored(failure_message), deaths=0, updated_at=now))


def _owned(lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the condition for the row of a lease, while it is neither released nor claimed by another worker."""
    columns = _LEASED[lease.table].table.c
    own = (columns.id == lease.id, columns.turn == lease.number, columns.lease_owner == lease.worker)
    return (*own, columns.lease_until.is_not(None))


def _write(connection: sa.Connection, lease: Lease, changes: dict[str, Any]) -> None:
    table = _LEASED[lease.table].table
    if connection.execute(table.update().where(*_owned(lease)).values(changes)).rowcount != 1:
        raise _lost(lease)


def _lost(lease: Lease) -> LeaseLost:
    return LeaseLost(f"turn {lease.number} of {lease.table} {lease.id} is over")
