"""Exports runs as event files of TensorBoard: their curves, and their settings for its HParams page.

It uses TensorBoard's own writer, an optional requirement: requirements-tensorboard.txt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from mnist_core.config import TrainConfig, value_in_words
from mnist_core.errors import UserError
from mnist_core.export.formats import require_settings
from mnist_core.progress import ProgressPoint
from mnist_core.runs import History, Run, RunStore

FILE_NAME = "events.out.tfevents.0.digits"
"""TensorBoard reads files with "tfevents" in their name. The name is fixed, so that exports are replaced."""
_TAGS = {
    "loss": "training/loss",
    "accuracy": "training/accuracy",
    "test_loss": "test/loss",
    "test_accuracy": "test/accuracy",
    "validation_loss": "validation/loss",
    "validation_accuracy": "validation/accuracy",
    "learning_rate": "training/learning_rate",
}
_TRAINED_TAGS = {"train_loss": "trained/training_loss", "train_accuracy": "trained/training_accuracy"}
"""The scores of the final network on the images that it learned from: one point at the last step."""


def write_runs(store: RunStore, runs: Sequence[Run], folder: Path) -> None:
    """Write each run to a subfolder of `folder`, and what they have in common to `folder` itself.

    Earlier exports of the same runs are replaced. Raises `UserError` if TensorBoard is not installed or the folder
    cannot be written, and `UnknownSettings`, before anything is written, if one of the runs was imported or is damaged.
    """
    try:
        from tensorboard.plugins.hparams import summary_v2 as hparams
    except ImportError:
        raise UserError("TensorBoard is not installed: pip install -r requirements-tensorboard.txt") from None
    for run in runs:
        require_settings(run)
    tags = _TAGS | _TRAINED_TAGS
    shown = ("test_accuracy", "test_loss", "train_accuracy", "train_loss")
    metrics = [hparams.Metric(tags[name], display_name=name) for name in shown]
    settings = [hparams.HParam(item.name) for item in fields(TrainConfig)]
    try:
        _write(folder, [(0.0, 0, hparams.hparams_config_pb(settings, metrics))])
        for run in runs:
            start = hparams.hparams_pb(_settings(run.config), trial_id=f"run {run.id}", start_time_secs=run.created_at)
            _write(folder / f"run_{run.id}", [(run.created_at, 0, start), *_curves(run, store.history(run.id))])
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror or error}.") from None


def _settings(config: TrainConfig) -> dict[str, bool | float | str]:
    """Return the settings as TensorBoard takes them: truth values, numbers and texts, such as "64, 32"."""
    given = asdict(config)
    return {name: it if isinstance(it, (bool, int, float, str)) else value_in_words(it) for name, it in given.items()}


def _curves(run: Run, history: History) -> Iterator[tuple[float, int, Any]]:
    """Yield (time, step, summary). The time of a point is its share of the training time of the run."""
    for point in history.points:
        time = run.created_at + run.seconds * point.step / max(1, run.step)
        for name, value in _values(point):
            yield time, point.step, _scalar(_TAGS[name], value)
    for name, tag in _TRAINED_TAGS.items():
        if (value := getattr(run, name)) is not None:
            yield run.created_at + run.seconds, run.step, _scalar(tag, value)


def _values(point: ProgressPoint) -> Iterator[tuple[str, float]]:
    for name in _TAGS:
        value = getattr(point, name)
        if value is not None:
            yield name, value


def _scalar(tag: str, value: float) -> Any:
    from tensorboard.plugins.scalar.summary_v2 import scalar_pb

    return scalar_pb(tag, value)


def _write(folder: Path, summaries: Iterable[tuple[float, int, Any]]) -> None:
    """Write one event file. TensorBoard's `EventFileWriter` would load TensorFlow for this."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.summary.writer.record_writer import RecordWriter

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE_NAME).open("wb") as file:
        records = RecordWriter(file)
        records.write(Event(file_version="brain.Event:2").SerializeToString())
        for time, step, summary in summaries:
            records.write(Event(wall_time=time, step=step, summary=summary).SerializeToString())
