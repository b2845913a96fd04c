"""The rows of sweeps in the database, and those of their runs: how they are read and written."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.evaluation import Score
from mnist_core.runs import clock
from mnist_core.runs.claims import Lease
from mnist_core.runs.dataset_info import DatasetInfo
from mnist_core.runs.heartbeats import ready_workers
from mnist_core.runs.run_records import Run, State, SweepState
from mnist_core.runs.run_rows import parent_of, settings_values, to_run
from mnist_core.runs.schema import progress, runs
from mnist_core.runs.starting_weights import columns_of
from mnist_core.runs.sweeps.records import Curves, NewRun, Sweep, SweepTurn
from mnist_core.runs.unreadable_rows import require_numbers, why_unreadable
from mnist_core.search.options import Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.text.sentence import from_stored, sentence


def read_turn(connection: sa.Connection, row: sa.RowMapping, lease: Lease, now: float) -> SweepTurn:
    """Return the turn of the worker that has claimed the sweep in `row`."""
    own = runs.c.sweep_id == row["id"]
    query = (
        sa.select(progress.c.run_id, progress.c.epoch, progress.c.validation_accuracy)
        .join(runs, runs.c.id == progress.c.run_id)
        .where(own, progress.c.validation_accuracy.is_not(None))
    )
    curves: Curves = {}
    for run_id, epoch, accuracy in connection.execute(query):
        curves.setdefault(run_id, {})[epoch] = accuracy
    steps = connection.execute(sa.select(runs.c.id, runs.c.judged_step).where(own))
    judged: dict[int, int] = {row.id: row.judged_step for row in steps}
    ready = ready_workers(connection, now)
    return SweepTurn(to_sweep(row), lease, tuple(runs_of(connection, row["id"])), curves, judged, ready)


def runs_of(connection: sa.Connection, sweep_id: int) -> list[Run]:
    """Return the runs of a sweep in the order of their settings; deleted ones too."""
    query = sa.select(runs).where(runs.c.sweep_id == sweep_id).order_by(runs.c.trial, runs.c.id)
    now = clock.now(connection)
    return [to_run(row, now) for row in connection.execute(query).mappings()]


def new_run_row(sweep: Sweep, images: DatasetInfo, new: NewRun, now: float) -> dict[str, Any]:
    """Return the row of a new run. It counts as unwatched and just served, so that sweeps do not jump the queue."""
    return {
        "name": "",
        "owner": sweep.owner,
        "nickname": sweep.nickname,
        **settings_values(new.config),
        "dataset": sweep.dataset,
        "dataset_sha256": sweep.dataset_sha256,
        "state": State.ACTIVE,
        "steps_per_epoch": new.config.steps_per_epoch(images.train_images),
        "sweep_id": sweep.id,
        "trial": new.trial,
        **columns_of(sweep.parent),
        "watched_at": 0.0,
        **dict.fromkeys(("created_at", "updated_at", "served_at"), now),
    }


def write_test_score(connection: sa.Connection, run_id: int, found: Score) -> None:
    """Write the test score of a run to its row and to the last point of its curve."""
    values = {"test_loss": found.loss, "test_accuracy": found.accuracy}
    changes = values | {"updated_at": clock.now(connection)}
    connection.execute(runs.update().where(runs.c.id == run_id).values(changes))
    last = sa.select(sa.func.max(progress.c.step)).where(progress.c.run_id == run_id).scalar_subquery()
    connection.execute(progress.update().where(progress.c.run_id == run_id, progress.c.step == last).values(values))


def to_sweep(row: sa.RowMapping) -> Sweep:
    """Build a `Sweep` from a row. If this program cannot read the row, the state is `DAMAGED`."""
    values = {name: row[name] for name in Sweep.__dataclass_fields__ if name in row}
    values["message"] = from_stored(str(row["message"]))
    try:
        return Sweep(**values | _parsed(row), parent=parent_of(row))
    except Exception as error:  # whatever is in the row, other sweeps must still be shown
        message = why_unreadable(sentence("The plan or the state of this sweep"), error)
        stand_in = Plan(TrainConfig(), Space.parse({"hidden_units": "256"}))
        nothing = {"plan": stand_in, "importance": {}, "made": 0, "created_at": 0.0, "updated_at": 0.0}
        return Sweep(**values | nothing | {"state": SweepState.DAMAGED, "message": message})


def _parsed(row: sa.RowMapping) -> dict[str, Any]:
    require_numbers(row, ("made", "created_at", "updated_at", "trials", "seeds", "limit_seconds"))
    plan = Plan(
        TrainConfig.from_json(row["config"]),
        Space.from_json(row["space"]),
        Sampler(row["sampler"]),
        row["trials"],
        row["seeds"],
        row["limit_seconds"],
        bool(row["pruning"]),
    )
    importance = {str(name): float(share) for name, share in json.loads(row["importance"] or "{}").items()}
    return {"plan": plan, "state": SweepState(row["state"]), "importance": importance}
