"""How the time of an epoch grows with units, batch size and layers: our loop, and `model.fit` for some settings."""

from __future__ import annotations

from contextlib import ExitStack
from statistics import median
from typing import NamedTuple

from benchmarks.epoch_time import ratio
from benchmarks.implementation import EpochTime, Implementation
from benchmarks.report import Table
from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset


class Setting(NamedTuple):
    """One row: the setting that differs from the defaults, and whether `model.fit` is measured too."""

    name: str
    config: TrainConfig
    against_fit: bool = False


SETTINGS = (
    Setting("16 units", TrainConfig(hidden_units=16), True),
    Setting("64 units", TrainConfig(hidden_units=64)),
    Setting("256 units, batch 128, 1 layer", TrainConfig(), True),
    Setting("1024 units", TrainConfig(hidden_units=1024)),
    Setting("2048 units", TrainConfig(hidden_units=2048), True),
    Setting("batch 16", TrainConfig(batch_size=16), True),
    Setting("batch 1024", TrainConfig(batch_size=1024)),
    Setting("batch 8192", TrainConfig(batch_size=8192), True),
    Setting("2 layers", TrainConfig(hidden_layers=2)),
    Setting("3 layers", TrainConfig(hidden_layers=3), True),
    Setting("convolutional", TrainConfig(architecture="convolutional")),
)
QUICK_SETTINGS = tuple(setting._replace(against_fit=False) for setting in SETTINGS if setting.name != "2048 units")


def measure(rounds: int, quick: bool = False) -> Table:
    """Train an epoch at each setting in turn, `rounds` times."""
    settings = QUICK_SETTINGS if quick else SETTINGS
    ours: dict[str, list[EpochTime]] = {setting.name: [] for setting in settings}
    theirs: dict[str, list[EpochTime]] = {setting.name: [] for setting in settings}
    with ExitStack() as stack:
        loop, fit = Implementation("training_loop"), Implementation("keras_fit")
        stack.callback(loop.close)
        stack.callback(fit.close)
        for setting in settings * rounds:
            ours[setting.name].append(loop.epoch(setting.config))
            if setting.against_fit:
                theirs[setting.name].append(fit.epoch(setting.config))
    rows = [_row(setting, ours[setting.name], theirs[setting.name]) for setting in settings]
    columns = ("", "seconds an epoch", "lowest", "microseconds a step", "÷ model.fit")
    note = f"Our loop; the rest as by default: 256 units, batch 128, one layer. Medians of {rounds} alternating rounds."
    return Table("How the cost of an epoch grows", columns, rows, note)


def _row(setting: Setting, ours: list[EpochTime], theirs: list[EpochTime]) -> list[str]:
    seconds = median(time.seconds for time in ours)
    steps = setting.config.steps_per_epoch(len(load_dataset().train_images))
    lowest = min(time.seconds for time in ours)
    compared = f"{ratio(ours, theirs):.2f}" if theirs else ""
    return [setting.name, f"{seconds:.2f}", f"{lowest:.2f}", f"{1e6 * seconds / steps:,.0f}", compared]
