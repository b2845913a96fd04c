"""The results of a sweep as charts, as a table and in words."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mnist_core.charts.figure import Chart
from mnist_core.charts.setting_importance import importance_bars
from mnist_core.charts.sweep_heatmap import Axis, sweep_heatmap
from mnist_core.charts.sweep_scatter import SettingPoint, accuracy_by_value, sweep_points
from mnist_core.config import TrainConfig, Value, value_in_words
from mnist_core.runs.sweeps.records import Sweep
from mnist_core.search.options import Sampler
from mnist_core.search.space import LOGARITHMIC, Combination, Space, Span, ends, label
from mnist_core.sweeps.trials import Trial
from mnist_core.text.words import in_sentence

WHY = (
    "The test images were not used to choose it. The setting that is best on the test images is partly best by chance, "
    "so its accuracy on them would be too optimistic for new images."
)


def in_words(setting: Combination) -> str:
    """Return a setting in words: "hidden units 64, learning rate 0.003"."""
    return ", ".join(f"{in_sentence(label(name))} {value_in_words(value)}" for name, value in setting.items())


def as_table(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return one row per setting, accuracies in percent: complete settings first, the best at the top."""
    ordered = sorted(trials, key=lambda trial: (not trial.complete, -(trial.accuracy or 0.0), trial.number))
    several = any(trial.seeds > 1 for trial in trials)
    rows = []
    for place, trial in enumerate(ordered, 1):
        row: dict[str, object] = {"Rank": place if trial.complete else None}
        row |= {label(name): value_in_words(value) for name, value in trial.setting.items()}
        row["Validation accuracy"] = None if trial.accuracy is None else 100 * trial.accuracy
        if several:
            row["± over seeds"] = None if trial.spread is None else 100 * trial.spread
        row["State"] = trial.words.capitalize()
        row["Epochs"] = f"{sum(run.epochs_done for run in trial.runs)} of {trial.seeds * trial.config.epochs}"
        row["Seconds"] = sum(run.seconds for run in trial.runs)
        row["Run"] = f"train?run={trial.runs[0].id}"
        rows.append(row)
    table = pd.DataFrame(rows)
    return table.astype({"Rank": "Int64"}) if rows else table


def best_on_everything(sweep: Sweep, best: Trial) -> TrainConfig:
    """Return the best setting without validation images, to be trained on all images after the choice.

    Early stopping needs validation images; in its place, the run has as many epochs as the first seed found best.
    """
    run = best.runs[0]
    epochs = run.kept_epoch or run.config.epochs
    return run.config.with_changes(validation_images=0, epochs=epochs, seed=sweep.plan.base.seed)


def chart_of_one(sweep: Sweep, trials: Sequence[Trial], name: str) -> Chart:
    """Draw the accuracy over one varied setting. Settings with the same value are averaged."""
    spots = []
    values = _values(sweep, trials, name)
    for value in values:
        accuracies = [trial.accuracy or 0.0 for trial in _known(trials) if trial.setting[name] == value]
        if accuracies:
            place = _place(value, values)
            spots.append(SettingPoint(place, 0.0, fmean(accuracies), in_words({name: value})))
    chart = accuracy_by_value(label(name), spots, name in LOGARITHMIC)
    return Chart(chart.figure, chart.summary + _over_seeds(sweep, "point"))


def chart_of_two(sweep: Sweep, trials: Sequence[Trial], across: str, down: str) -> Chart:
    """Draw the accuracy over two varied settings: as a heat map, or as points if a range was sampled.

    If more than two settings vary, a cell is the mean over the others.
    """
    others = [in_sentence(label(name)) for name in sweep.plan.space.names if name not in (across, down)]
    if _sampled(sweep, across) or _sampled(sweep, down):
        spots = [_spot(sweep.plan.space, trial, across, down) for trial in _known(trials)]
        chart = sweep_points(label(across), label(down), spots, (across in LOGARITHMIC, down in LOGARITHMIC))
        differ = f" The points also differ in {' and '.join(others)}." if others else ""
        return Chart(chart.figure, chart.summary + differ + _over_seeds(sweep, "point"))
    columns, rows = _values(sweep, trials, across), _values(sweep, trials, down)
    cells: list[list[list[float]]] = [[[] for _ in columns] for _ in rows]
    for trial in _known(trials):
        cells[rows.index(trial.setting[down])][columns.index(trial.setting[across])].append(trial.accuracy or 0.0)
    means = np.array([[fmean(cell) if cell else np.nan for cell in row] for row in cells])
    counts = np.array([[len(cell) for cell in row] for row in cells])
    chart = sweep_heatmap(_axis(across, columns), _axis(down, rows), means, counts if others else None)
    return Chart(chart.figure, chart.summary + _over_others(others, counts) + _over_seeds(sweep, "cell"))


def _over_others(others: Sequence[str], counts: NDArray[np.integer]) -> str:
    """Say over which other settings the cells are averaged, and that unequal counts compare only roughly."""
    if not others:
        return ""
    words = f" Each cell is the mean over {' and '.join(others)}"
    known = counts[counts > 0]
    if known.size and known.min() < known.max():
        return f"{words}, of {known.min()} to {known.max()} settings, so the cells can be compared only roughly."
    return f"{words}."


def _over_seeds(sweep: Sweep, what: str) -> str:
    return f" Each {what} is the mean over {sweep.plan.seeds} seeds." if sweep.plan.seeds > 1 else ""


def chart_of_importance(sweep: Sweep) -> Chart:
    """Draw the importance of each varied setting, as computed at the end of the sweep."""
    return importance_bars([label(name) for name in sweep.importance], list(sweep.importance.values()))


def _spot(space: Space, trial: Trial, across: str, down: str) -> SettingPoint:
    x, y = (_place(trial.setting[name], space.varied[name]) for name in (across, down))
    return SettingPoint(x, y, trial.accuracy or 0.0, in_words(trial.setting))


def _axis(name: str, values: Sequence[Value]) -> Axis:
    return Axis(label(name), [value_in_words(value) for value in values])


def _known(trials: Sequence[Trial]) -> list[Trial]:
    """Return the settings whose accuracies can be compared: the complete ones."""
    return [trial for trial in trials if trial.complete]


def _sampled(sweep: Sweep, name: str) -> bool:
    """Whether the values of a setting were sampled from a range."""
    return sweep.plan.sampler is not Sampler.GRID and isinstance(sweep.plan.space.varied[name], Span)


def _values(sweep: Sweep, trials: Sequence[Trial], name: str) -> list[Value]:
    """Return the values of a setting in the order of an axis. Numbers are sorted."""
    space: Space = sweep.plan.space
    values = [trial.setting[name] for trial in trials] if _sampled(sweep, name) else list(space.grid_values(name))
    numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    return sorted(set(numbers)) if len(numbers) == len(values) else list(dict.fromkeys(values))


def _place(value: Value, beside: Sequence[Value] | Span) -> float | str:
    """Return the position of a value on an axis with these values: a number itself, if all of them are numbers."""
    others = ends(beside) if isinstance(beside, Span) else beside
    if any(isinstance(it, (bool, str, tuple)) for it in others) or isinstance(value, tuple):
        return value_in_words(value)
    return float(value)
