"""Snapshots of runs, one row each. The latest is shown while a run is trained, the lasting ones later."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from mnist_core.evaluation.network_snapshot import Snapshot
from mnist_core.runs.database import Database, upsert
from mnist_core.runs.schema import snapshots


class SnapshotStore:
    """Reads the snapshots in a run store."""

    def __init__(self, store: Database) -> None:
        self._store = store

    def of(self, run_id: int, after: int = -1) -> list[Snapshot]:
        """Return the snapshots of a run after a step, oldest first, without those that this program cannot read."""
        query = sa.select(snapshots.c.data).where(snapshots.c.run_id == run_id, snapshots.c.step > after)
        with self._store.reading() as connection:
            rows = connection.scalars(query.order_by(snapshots.c.step)).all()
        return [snapshot for data in rows if (snapshot := _readable(data))]


def write_snapshots(connection: sa.Connection, run_id: int, taken: Sequence[Snapshot]) -> None:
    """Store snapshots of a run, in the order of their steps. They replace the latest one unless it is lasting.

    Snapshots of later steps are deleted: their worker has died before its checkpoint, and they will be taken again.
    """
    if not taken:
        return
    outdated = sa.or_(snapshots.c.lasting == 0, snapshots.c.step >= taken[0].step)
    connection.execute(snapshots.delete().where(snapshots.c.run_id == run_id, outdated))
    rows = [
        {"run_id": run_id, "step": it.step, "lasting": int(it.lasting), "data": it.to_json().encode()}
        for it in taken
        if it.lasting or it is taken[-1]
    ]
    upsert(connection, snapshots, rows)


def delete_snapshots(connection: sa.Connection, run_id: int) -> None:
    """Delete all snapshots of a run."""
    connection.execute(snapshots.delete().where(snapshots.c.run_id == run_id))


def shown_units(connection: sa.Connection, run_id: int) -> tuple[int, ...]:
    """Return the units in the latest snapshot of a run; () if there is none that can be read."""
    query = sa.select(snapshots.c.data).where(snapshots.c.run_id == run_id).order_by(snapshots.c.step.desc())
    newest = _readable(connection.scalar(query.limit(1)))
    return newest.units if newest else ()


def snapshot_bytes(connection: sa.Connection) -> int:
    """Return the size in bytes of the snapshots of all runs."""
    return int(connection.scalar(sa.select(sa.func.sum(sa.func.length(snapshots.c.data)))) or 0)


def _readable(data: bytes | None) -> Snapshot | None:
    try:
        return Snapshot.from_json(data.decode()) if data else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None  # of a newer program, or damaged
