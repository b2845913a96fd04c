"""What a sweep has found: accuracy by two settings or by one, and which settings mattered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.charts.figure import BLUE, CLASS_AXIS, TEXT, Chart, bare_figure
from mnist_core.text.words import percent

SCALE = "Cividis"
"""From dark blue to yellow: made so that colour-blind eyes see the same order."""
MOST_TEXTS = 12
"""Cells in a row from which on their numbers would not fit; pointing at one still tells."""
LOWEST_SPAN = 0.002
"""Accuracies closer together than this share a colour or nearly so: they differ by chance."""


class Axis(NamedTuple):
    """A varied setting: its name as it is shown, and its values as they are shown, in their order."""

    label: str
    values: Sequence[str]


class Spot(NamedTuple):
    """One setting of a sweep as a point: where it lies, its accuracy (0 to 1), and what it is in words."""

    x: float | str
    y: float | str
    accuracy: float
    words: str


def sweep_heatmap(
    across: Axis, down: Axis, accuracies: NDArray[np.floating], settings: NDArray[np.integer] | None = None
) -> Chart:
    """Draw validation accuracies (values down, values across), nan where none is known yet; the best is framed.

    Where each is a mean over `settings` (of the same shape) that differ in others than these two, it says so.
    """
    known = np.isfinite(accuracies)
    texts = np.where(known, [[percent(value, 1) for value in row] for row in accuracies], "")
    words = [
        [
            f"{down.label} {y}, {across.label.lower()} {x}: "
            + (percent(accuracies[row, column], 1) if known[row, column] else "not known yet")
            + ("" if settings is None or not known[row, column] else f", mean of {_count(settings[row, column])}")
            for column, x in enumerate(across.values)
        ]
        for row, y in enumerate(down.values)
    ]
    low, high = _color_range(accuracies[known])
    heatmap = go.Heatmap(
        x=list(across.values),
        y=list(down.values),
        z=accuracies,
        zmin=low,
        zmax=high,
        colorscale=SCALE,
        colorbar={"tickformat": ".1%", "thickness": 12},
        xgap=2,
        ygap=2,
        text=texts,
        texttemplate="%{text}" if len(across.values) <= MOST_TEXTS else "",
        customdata=words,
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )
    best = np.unravel_index(np.nanargmax(accuracies), accuracies.shape) if known.any() else None
    figure = bare_figure(
        [heatmap],
        xaxis={**CLASS_AXIS, "title": {"text": across.label}},
        yaxis={**CLASS_AXIS, "title": {"text": down.label}},
        shapes=[_frame(int(best[0]), int(best[1]))] if best else [],
    )
    if best is None:
        return Chart(figure, "No setting is finished yet.")
    summary = f"{known.sum()} of {known.size} cells are known. Best: {words[int(best[0])][int(best[1])]}."
    return Chart(figure, f"{summary} Lowest: {percent(float(np.nanmin(accuracies)), 1)}.")


def sweep_points(across: str, down: str, spots: Sequence[Spot], logarithmic: tuple[bool, bool]) -> Chart:
    """Draw settings as points coloured by validation accuracy, for settings that were chosen freely from a range."""
    accuracies = np.array([spot.accuracy for spot in spots])
    low, high = _color_range(accuracies)
    points = go.Scatter(
        x=[spot.x for spot in spots],
        y=[spot.y for spot in spots],
        mode="markers",
        marker={
            "color": accuracies,
            "cmin": low,
            "cmax": high,
            "colorscale": SCALE,
            "size": 15,
            "line": {"color": TEXT, "width": 1},
            "colorbar": {"tickformat": ".1%", "thickness": 12},
        },
        customdata=[f"{spot.words}: {percent(spot.accuracy, 1)}" for spot in spots],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure = bare_figure(
        [points],
        xaxis=_number_axis(across, logarithmic[0], spots, "x"),
        yaxis=_number_axis(down, logarithmic[1], spots, "y"),
    )
    return Chart(figure, _best_of(spots))


def accuracy_by_value(label: str, spots: Sequence[Spot], logarithmic: bool) -> Chart:
    """Draw the validation accuracy (`y` of each spot) against the one setting that varies."""
    points = go.Scatter(
        x=[spot.x for spot in spots],
        y=[spot.accuracy for spot in spots],
        mode="lines+markers",
        line={"color": BLUE, "width": 2},
        marker={"size": 10},
        customdata=[f"{spot.words}: {percent(spot.accuracy, 1)}" for spot in spots],
        hovertemplate="%{customdata}<extra></extra>",
    )
    yaxis = {"title": {"text": "Validation accuracy"}, "tickformat": ".1~%"}
    figure = bare_figure([points], xaxis=_number_axis(label, logarithmic, spots, "x"), yaxis=yaxis)
    return Chart(figure, _best_of(spots))


def importance_bars(labels: Sequence[str], shares: Sequence[float]) -> Chart:
    """Draw how much each setting mattered: shares (0 to 1) of the differences in accuracy, the largest at the top."""
    order = sorted(range(len(shares)), key=lambda index: shares[index])
    bars = go.Bar(
        x=[shares[index] for index in order],
        y=[labels[index] for index in order],
        orientation="h",
        marker_color=BLUE,
        text=[percent(shares[index], 0) for index in order],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    figure = bare_figure([bars], xaxis={"range": [0, 1.12], "tickformat": ".0%"}, yaxis={**CLASS_AXIS, "title": None})
    most = order[-1]
    return Chart(figure, f"{labels[most]} mattered most: {percent(shares[most], 0)} of the differences in accuracy.")


def _count(settings: int) -> str:
    return "1 setting" if settings == 1 else f"{settings} settings"


def _number_axis(label: str, logarithmic: bool, spots: Sequence[Spot], place: str) -> dict[str, Any]:
    if any(isinstance(getattr(spot, place), str) for spot in spots):
        return {**CLASS_AXIS, "title": {"text": label}}
    return {
        "title": {"text": label},
        "type": "log" if logarithmic else "linear",
        "exponentformat": "none",
        "nticks": 6,
    }


def _color_range(accuracies: NDArray[np.floating]) -> tuple[float, float]:
    """Return limits of the colours, (low, high), so chosen that a few hopeless settings do not make the rest alike."""
    if not accuracies.size:
        return 0.0, 1.0
    high = float(accuracies.max())
    lower, middle = np.quantile(accuracies, [0.25, 0.5])
    low = max(float(accuracies.min()), float(lower - 3 * (middle - lower)) if middle > lower else -math.inf)
    return min(low, high - LOWEST_SPAN), high


def _frame(row: int, column: int) -> dict[str, Any]:
    line = {"color": "#D55E00", "width": 3}
    return {"type": "rect", "x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5, "line": line}


def _best_of(spots: Sequence[Spot]) -> str:
    if not spots:
        return "No setting is finished yet."
    best = max(spots, key=lambda spot: spot.accuracy)
    return f"{len(spots)} settings. Best: {best.words}: {percent(best.accuracy, 1)}."
