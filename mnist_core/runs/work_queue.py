"""The work queue: how workers claim runs, record progress and release runs.

A claim gives a worker a *turn*: a lease that must be renewed (see `leases`), and all that training needs to continue.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.evaluation.ended_epoch import EndedEpoch
from mnist_core.evaluation.metrics import Measurement
from mnist_core.evaluation.network_snapshot import Snapshot
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import clock, leases
from mnist_core.runs.checkpoints import DamagedBlob, read_checkpoint, write_checkpoint
from mnist_core.runs.claims import Lease, Turn, TurnStatus
from mnist_core.runs.epoch_store import write_epochs
from mnist_core.runs.heartbeats import ready_workers, write_heartbeat
from mnist_core.runs.pending_work import count_pending, order_of_runs, pending_runs
from mnist_core.runs.progress_rows import latest_values, measured_values, start_over, with_times, write_points
from mnist_core.runs.run_records import Failure, Run, State
from mnist_core.runs.run_rows import to_run
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.schema import runs, workers
from mnist_core.runs.snapshot_store import shown_units, write_snapshots
from mnist_core.runs.starting_weights import first_checkpoint
from mnist_core.text.sentence import to_stored


class WorkQueue:
    """Gives turns to workers and stores their results, each in one transaction."""

    def __init__(self, store: RunStore) -> None:
        self.store = store

    def claim(self, worker: str, run_id: int | None = None) -> Turn | None:
        """Claim the run that has waited longest, or `run_id` if it is pending. None if there is none.

        Each owner has one run in training at a time. Watched runs come first. A run whose checkpoint is damaged or
        deleted starts again at its first step, with the same result.
        """
        with self.store.writing() as connection:
            now = clock.now(connection)
            query = sa.select(runs).where(pending_runs(now)).order_by(*order_of_runs(now))
            if run_id is not None:
                query = query.where(runs.c.id == run_id)
            claimed = _first_readable(connection, query, now)
            if claimed is None:
                return None
            row, run = claimed
            try:
                checkpoint = read_checkpoint(connection, row["id"])
            except DamagedBlob:
                checkpoint = None
            again = {} if checkpoint or not row["step"] else start_over(connection, row["id"])
            lease = leases.claim(connection, runs, row, worker, now, served_at=now, **again)
            checkpoint = checkpoint or first_checkpoint(connection, run)
            units = shown_units(connection, run.id)
            return Turn(run, lease, checkpoint, count_pending(connection, now), ready_workers(connection, now), units)

    def waiting(self) -> int:
        """Return how many runs, jobs and sweeps a worker could claim now."""
        with self.store.reading() as connection:
            return count_pending(connection, clock.now(connection))

    def record(
        self,
        turn: Turn,
        points: Sequence[ProgressPoint],
        seconds: float,
        checkpoint: Checkpoint | None = None,
        release: bool = False,
        measured: Measurement | None = None,
        snapshots: Sequence[Snapshot] = (),
        epochs: Sequence[EndedEpoch] = (),
    ) -> TurnStatus:
        """Write the results of a turn, all or nothing, and return whether the run should continue.

        `points`, `seconds` (of training), `snapshots` and ended `epochs` are those since the last report. A
        checkpoint at the last step finishes the run. `measured` is the measurement of the network in the checkpoint,
        for a run that ends. `release` puts the run back into the queue, and needs a checkpoint at the latest step.
        Raises `LeaseLost`; nothing is written then.
        """
        with self.store.writing() as connection:
            row = leases.lock_own(connection, turn.lease)
            config = TrainConfig.from_json(row["config"])
            values: dict[str, Any] = {"seconds": row["seconds"] + seconds, "deaths": 0}
            values |= latest_values(points) | measured_values(measured)
            if points:
                timed = with_times(points, row["step"], row["seconds"], seconds)
                write_points(connection, turn.run.id, timed)
            write_snapshots(connection, turn.run.id, snapshots)
            write_epochs(connection, turn.run.id, epochs)
            if checkpoint is not None:
                write_checkpoint(connection, turn.run.id, checkpoint)
                if checkpoint.stopped_early or checkpoint.step >= config.epochs * row["steps_per_epoch"]:
                    values |= {"state": State.FINISHED, "kept_epoch": checkpoint.kept_epoch}
            state = State(values.get("state", row["state"]))
            write = leases.release if release or "state" in values else leases.write_and_renew
            write(connection, turn.lease, **values)
            now = clock.now(connection)
            return TurnStatus(state, config.epochs, count_pending(connection, now), row["deleted_at"] is not None)

    def fail(self, turn: Turn, reason: str, failure: Failure = Failure.PASSING) -> None:
        """End the run as failed. `reason` is a sentence for people, `failure` its kind. Raises `LeaseLost`."""
        with self.store.writing() as connection:
            leases.fail(connection, turn.lease, reason, failure=failure)

    def heartbeat(self, worker: str, ready: bool, speed: float | None = None, held: Sequence[Lease] = ()) -> None:
        """Record that the worker is alive, and renew the leases that it is working on unless they have expired."""
        with self.store.writing() as connection:
            now = clock.now(connection)
            write_heartbeat(connection, worker, ready, speed, now)
            for lease in held:
                leases.renew(connection, lease, now)

    def remove_worker(self, worker: str) -> None:
        """Delete a worker that is known to be dead, and release the rows that it had claimed."""
        with self.store.writing() as connection:
            # In the same order as in `heartbeat`, or the two could deadlock.
            connection.execute(workers.delete().where(workers.c.name == worker))
            leases.release_all(connection, worker)


def _first_readable(connection: sa.Connection, query: sa.Select[Any], now: float) -> tuple[sa.RowMapping, Run] | None:
    """Return the first readable run of a query. Unreadable ones are marked as failed, so that they block no others."""
    while (row := leases.lock_first(connection, query)) is not None:
        run = to_run(row, now)
        if run.state is not State.DAMAGED:
            return row, run
        values = {"state": State.FAILED, "message": to_stored(run.message), "updated_at": now}
        connection.execute(runs.update().where(runs.c.id == run.id).values(values))
    return None
