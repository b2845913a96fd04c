"""Pending measurements: ended runs whose networks have not been measured on the images that they learned from.

A worker that trains a run to its end measures it there (see `work_queue.WorkQueue.record`). Runs of earlier versions,
runs that were stopped while paused and failed runs are measured later, by idle workers.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from mnist_core.evaluation.metrics import Measurement
from mnist_core.runs import clock
from mnist_core.runs.leases import is_free
from mnist_core.runs.progress_rows import measured_values
from mnist_core.runs.run_records import Run, State
from mnist_core.runs.run_rows import to_run
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.schema import blobs, runs

_ENDED = runs.c.state.in_([state for state in State if state.ended])


def next_unmeasured(store: RunStore, passed_over: Collection[int] = ()) -> Run | None:
    """Return the newest ended run that has not been measured, apart from `passed_over`; None if there is none.

    Imported networks are never measured, since nobody knows which images they learned from.
    """
    with store.reading() as connection:
        now = clock.now(connection)
        query = (
            sa.select(runs)
            .join(blobs, sa.and_(blobs.c.run_id == runs.c.id, blobs.c.kind == "network"))
            .where(_ENDED, runs.c.train_accuracy.is_(None), runs.c.imported == "", runs.c.deleted_at.is_(None))
            .where(is_free(runs, now), runs.c.id.not_in(passed_over))
            .order_by(runs.c.id.desc())
        )
        found = (to_run(row, now) for row in connection.execute(query).mappings())
        return next((run for run in found if run.state is not State.DAMAGED), None)


def store_measurement(store: RunStore, run_id: int, step: int, measured: Measurement) -> None:
    """Store the measurement of a run's network at `step`, unless the run has been trained on meanwhile.

    The network of a run at a step is the same whoever trained it.
    """
    same = sa.exists().where(blobs.c.run_id == run_id, blobs.c.kind == "network", blobs.c.step == step)
    with store.writing() as connection:
        mine = (runs.c.id == run_id, _ENDED, runs.c.train_accuracy.is_(None), same)
        connection.execute(runs.update().where(*mine).values(measured_values(measured)))
