"""The workers' side of the run store: claim a run, report progress, let go.

A claim gives a worker a *turn*: a lease that must be renewed (see `leases`), and all that it takes to train on.
"""

from __future__ import annotations

import hashlib
import os
import socket
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mnist_core.config import TrainConfig
from mnist_core.evaluation.metrics import Measurement
from mnist_core.progress import Checkpoint, Point
from mnist_core.runs import leases, schema
from mnist_core.runs.leases import is_free
from mnist_core.runs.records import Failure, JobState, Lease, Run, State, Turn, TurnStatus
from mnist_core.runs.schema import blobs, jobs, progress, runs, sweeps, workers
from mnist_core.runs.store import WORKER_SILENCE, DamagedBlob, RunStore, read_checkpoint, to_run
from mnist_core.runs.sweeps.pending import sweeps_due

WATCHED_SECONDS = 300.0
"""A run counts as watched for this long after somebody looked at it."""


class WorkQueue:
    """Hands out turns to the workers and takes their results, each in one transaction."""

    def __init__(self, store: RunStore) -> None:
        self.store = store

    def claim(self, worker: str, run_id: int | None = None) -> Turn | None:
        """Take the run that has waited longest (or `run_id`, if it waits); None if there is none.

        Each owner has one run in training at a time. Unwatched runs come after watched ones.
        A run whose checkpoint is damaged or gone starts again from its beginning: the result is the same.
        """
        with self.store.writing() as connection:
            now = schema.now(connection)
            query = sa.select(runs).where(*_eligible(now)).order_by(*_order(now))
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
            again = {} if checkpoint or not row["step"] else _start_over(connection, row["id"])
            lease = leases.claim(connection, runs, row, worker, now, served_at=now, **again)
            alive = sa.select(sa.func.count()).where(workers.c.seen_at > now - WORKER_SILENCE, workers.c.ready == 1)
            count = max(1, int(connection.scalar(alive) or 0))
            return Turn(run, lease, checkpoint, _waiting(connection, now), count)

    def waiting(self) -> int:
        """Return how many runs a worker could claim now."""
        with self.store.reading() as connection:
            return _waiting(connection, schema.now(connection))

    def record(
        self,
        turn: Turn,
        points: Sequence[Point],
        seconds: float,
        checkpoint: Checkpoint | None = None,
        release: bool = False,
        measured: Measurement | None = None,
    ) -> TurnStatus:
        """Write what a turn has achieved, all or nothing, and learn how things stand.

        `points` are new progress, `seconds` the training time since the last report. A checkpoint at the run's
        last step finishes it; `measured` is what its network reads, where it is the last one for now. `release`
        gives the run back to the queue; it needs a checkpoint at the latest step. Raises `LeaseLost`, in which
        case nothing was written.
        """
        with self.store.writing() as connection:
            row = leases.lock_own(connection, turn.lease)
            config = TrainConfig.from_json(row["config"])
            values: dict[str, Any] = {"seconds": row["seconds"] + seconds, "deaths": 0}
            values |= _latest(points) | measured_values(measured)
            if points:
                timed = _timed(points, row["step"], row["seconds"], seconds)
                self._upsert(connection, progress, [{"run_id": turn.run.id, **p._asdict()} for p in timed])
            if checkpoint is not None:
                self._upsert(connection, blobs, _blob_rows(turn.run.id, checkpoint))
                if checkpoint.step >= config.epochs * row["steps_per_epoch"]:
                    values["state"] = State.FINISHED
            state = State(values.get("state", row["state"]))
            write = leases.release if release or "state" in values else leases.write_and_renew
            write(connection, turn.lease, **values)
            now = schema.now(connection)
            return TurnStatus(state, config.epochs, _waiting(connection, now), row["deleted_at"] is not None)

    def fail(self, turn: Turn, reason: str, failure: Failure = Failure.PASSING) -> None:
        """End the run with a reason that a person understands, and of what kind that is. Raises `LeaseLost`."""
        with self.store.writing() as connection:
            leases.fail(connection, turn.lease, reason, failure=failure)

    def heartbeat(self, worker: str, ready: bool, speed: float | None = None, lease: Lease | None = None) -> None:
        """Say that the worker lives, and renew the lease of what it has in hand, if that has not run out."""
        with self.store.writing() as connection:
            now = schema.now(connection)
            row = {"name": worker, "ready": int(ready), "seen_at": now, "speed": speed}
            self._upsert(connection, workers, [row])
            if lease is not None:
                leases.renew(connection, lease, now)
            connection.execute(workers.delete().where(workers.c.seen_at < now - 4 * WORKER_SILENCE))

    def remove_worker(self, worker: str) -> None:
        """Forget a worker that is known to be dead: what it held can be claimed at once."""
        with self.store.writing() as connection:
            # In the order of `heartbeat`: the other way round, the two could wait for each other.
            connection.execute(workers.delete().where(workers.c.name == worker))
            leases.release_all(connection, worker)

    def _upsert(self, connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(table)
        keys = [column.name for column in table.primary_key]
        changes = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys}
        connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changes), rows)


def new_worker_name() -> str:
    """Return a name for a worker that no other one has, on this host or elsewhere."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid.uuid4().hex[:6]}"


def slice_seconds(turn: Turn) -> float:
    """Return how long a turn should train before the next in line: 0.25 to 2 s, the first one 0.25 s.

    With many waiting, every curve still moves at least every 5 s or so, and the turns stay long
    enough (0.25 s) that loading and saving a checkpoint of some 10 ms costs little.
    """
    if turn.checkpoint is None:
        return 0.25
    return min(2.0, max(0.25, 5.0 * turn.workers / (turn.waiting + 1)))


def _eligible(now: float) -> tuple[sa.ColumnElement[bool], ...]:
    """Runs that a worker may take: active, not leased, and the first of their owner; those of sweeps do not queue."""
    earlier = runs.alias("earlier")
    blocked = sa.exists().where(
        earlier.c.owner == runs.c.owner,
        earlier.c.owner != "",
        earlier.c.sweep_id.is_(None),
        runs.c.sweep_id.is_(None),
        earlier.c.state == State.ACTIVE,
        earlier.c.deleted_at.is_(None),
        earlier.c.id < runs.c.id,
    )
    return runs.c.state == State.ACTIVE, runs.c.deleted_at.is_(None), is_free(runs, now), ~blocked


def job_waits(now: float) -> sa.ColumnElement[bool]:
    """Jobs that a worker may take: not done, and in nobody's hands."""
    return sa.and_(jobs.c.state == JobState.WAITING, is_free(jobs, now))


def _order(now: float) -> tuple[Any, ...]:
    """Watched runs first, and of a watched sweep its oldest one: to those who train by hand it is like one person."""
    earlier = runs.alias("earlier_of_sweep")
    first = ~sa.exists().where(
        earlier.c.sweep_id == runs.c.sweep_id,
        earlier.c.state == State.ACTIVE,
        earlier.c.deleted_at.is_(None),
        earlier.c.id < runs.c.id,
    )
    watched_sweep = sa.exists().where(sweeps.c.id == runs.c.sweep_id, sweeps.c.watched_at > now - WATCHED_SECONDS)
    watched = sa.or_(runs.c.watched_at > now - WATCHED_SECONDS, sa.and_(watched_sweep, first))
    return sa.case((watched, 0), else_=1), runs.c.served_at.asc().nulls_first(), runs.c.id


def _first_readable(connection: sa.Connection, query: sa.Select[Any], now: float) -> tuple[sa.RowMapping, Run] | None:
    """Return the first run of a query; what this program cannot read fails on the way, and holds nobody up."""
    while (row := leases.lock_first(connection, query)) is not None:
        run = to_run(row, now)
        if run.state is not State.DAMAGED:
            return row, run
        values = {"state": State.FAILED, "message": run.message, "updated_at": now}
        connection.execute(runs.update().where(runs.c.id == run.id).values(values))
    return None


def _waiting(connection: sa.Connection, now: float) -> int:
    """Return how many runs, jobs and sweeps could be taken up now; any ends the turn of a worker that keeps its run."""
    waiting = sa.select(sa.func.count()).select_from(runs).where(*_eligible(now)).scalar_subquery()
    asked = sa.select(sa.func.count()).select_from(jobs).where(job_waits(now)).scalar_subquery()
    return int(connection.scalar(sa.select(waiting + asked)) or 0) + sweeps_due(connection, now)


def _start_over(connection: sa.Connection, run_id: int) -> dict[str, Any]:
    """Forget a run's progress, which will come again; its last network stays until there is another."""
    connection.execute(progress.delete().where(progress.c.run_id == run_id))
    kinds = ("", "test_", "validation_", "train_")
    measured = [f"{kind}{measure}" for kind in kinds for measure in ("loss", "accuracy")]
    begin = {"step": 0, "seconds": 0.0, "judged_step": 0, "updated_at": schema.now(connection)}
    return begin | dict.fromkeys(measured)


def _timed(points: Sequence[Point], before: int, spent: float, seconds: float) -> list[Point]:
    """Give each point its time: `seconds` passed since step `before`, which was reached after `spent` seconds.

    A report covers some 0.2 s; within it, every step is taken to last as long as any other.
    """
    steps = max(1, points[-1].step - before)
    return [p._replace(seconds=spent + seconds * min(1.0, max(0.0, (p.step - before) / steps))) for p in points]


def _latest(points: Sequence[Point]) -> dict[str, Any]:
    """Return the columns of `runs` that repeat the newest progress."""
    if not points:
        return {}
    last = points[-1]
    values: dict[str, Any] = {"step": last.step, "loss": last.loss, "accuracy": last.accuracy}
    for name in ("test_loss", "test_accuracy", "validation_loss", "validation_accuracy"):
        measured = [value for point in points if (value := getattr(point, name)) is not None]
        values |= {name: measured[-1]} if measured else {}
    return values


def measured_values(measured: Measurement | None) -> dict[str, Any]:
    """Return the columns of `runs` that tell what the network in the store reads: nulls if that is not known."""
    if measured is None:
        return dict.fromkeys(("train_loss", "train_accuracy"))
    (loss, accuracy), test = measured
    values: dict[str, Any] = {"train_loss": loss, "train_accuracy": accuracy}
    return values if test is None else values | {"test_loss": test.loss, "test_accuracy": test.accuracy}


def _blob_rows(run_id: int, checkpoint: Checkpoint) -> list[dict[str, Any]]:
    parts = {"network": checkpoint.network, "optimizer": checkpoint.optimizer}
    return [
        {
            "run_id": run_id,
            "kind": kind,
            "step": checkpoint.step,
            "sha256": hashlib.sha256(data).hexdigest(),
            "data": data,
        }
        for kind, data in parts.items()
    ]
