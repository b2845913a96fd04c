"""The progress of a run in the database: a row for each point, and the latest values in the row of the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mnist_core.evaluation.metrics import Measurement
from mnist_core.progress import ProgressPoint
from mnist_core.runs import clock
from mnist_core.runs.database import upsert
from mnist_core.runs.epoch_store import delete_epochs
from mnist_core.runs.schema import progress
from mnist_core.runs.snapshot_store import delete_snapshots


def write_points(connection: sa.Connection, run_id: int, points: Sequence[ProgressPoint]) -> None:
    """Store points of a run's progress. A point at a step that is already stored replaces the old one."""
    upsert(connection, progress, [{"run_id": run_id, **point._asdict()} for point in points])


def with_times(points: Sequence[ProgressPoint], before: int, spent: float, seconds: float) -> list[ProgressPoint]:
    """Set the time of each point. Step `before` was reached after `spent` seconds; the points took `seconds` more.

    A report covers about 0.2 s. Within it, all steps are assumed to take the same time.
    """
    steps = max(1, points[-1].step - before)
    return [p._replace(seconds=spent + seconds * min(1.0, max(0.0, (p.step - before) / steps))) for p in points]


def latest_values(points: Sequence[ProgressPoint]) -> dict[str, Any]:
    """Return the columns of `runs` that repeat the latest progress."""
    if not points:
        return {}
    last = points[-1]
    values: dict[str, Any] = {"step": last.step, "loss": last.loss, "accuracy": last.accuracy}
    for name in ("test_loss", "test_accuracy", "validation_loss", "validation_accuracy"):
        measured = [value for point in points if (value := getattr(point, name)) is not None]
        values |= {name: measured[-1]} if measured else {}
    return values


def measured_values(measured: Measurement | None) -> dict[str, Any]:
    """Return the columns of `runs` for a measurement of the stored network; nulls if there is none."""
    if measured is None:
        return dict.fromkeys(("train_loss", "train_accuracy"))
    scores = {"train": measured.training, "test": measured.test, "validation": measured.validation}
    known = {kind: score for kind, score in scores.items() if score is not None}
    return {f"{kind}_{name}": value for kind, score in known.items() for name, value in score._asdict().items()}


def start_over(connection: sa.Connection, run_id: int) -> dict[str, Any]:
    """Delete the progress of a run that starts again, and return its new values. Its last network is kept."""
    connection.execute(progress.delete().where(progress.c.run_id == run_id))
    delete_snapshots(connection, run_id)
    delete_epochs(connection, run_id)
    kinds = ("", "test_", "validation_", "train_")
    measured = [f"{kind}{measure}" for kind in kinds for measure in ("loss", "accuracy")]
    begin = {"step": 0, "seconds": 0.0, "judged_step": 0, "kept_epoch": None, "updated_at": clock.now(connection)}
    return begin | dict.fromkeys(measured)
