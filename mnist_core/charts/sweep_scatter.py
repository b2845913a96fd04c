"""The settings that a sweep has tried as points: over two settings, or over the one that varies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from mnist_core.charts.figure import BLUE, CLASS_AXIS, TEXT, Chart, bare_figure
from mnist_core.charts.sweep_colours import COLOUR_SCALE, color_range
from mnist_core.text.words import percent


class SettingPoint(NamedTuple):
    """One setting of a sweep as a point: where it lies, its accuracy (0 to 1), and what it is in words."""

    x: float | str
    y: float | str
    accuracy: float
    words: str


def sweep_points(across: str, down: str, spots: Sequence[SettingPoint], logarithmic: tuple[bool, bool]) -> Chart:
    """Draw settings as points coloured by validation accuracy, for settings that were chosen freely from a range."""
    accuracies = np.array([spot.accuracy for spot in spots])
    low, high = color_range(accuracies)
    points = go.Scatter(
        x=[spot.x for spot in spots],
        y=[spot.y for spot in spots],
        mode="markers",
        marker={
            "color": accuracies,
            "cmin": low,
            "cmax": high,
            "colorscale": COLOUR_SCALE,
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
    return Chart(figure, _summary(spots))


def accuracy_by_value(label: str, spots: Sequence[SettingPoint], logarithmic: bool) -> Chart:
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
    return Chart(figure, _summary(spots))


def _number_axis(label: str, logarithmic: bool, spots: Sequence[SettingPoint], place: str) -> dict[str, Any]:
    if any(isinstance(getattr(spot, place), str) for spot in spots):
        return {**CLASS_AXIS, "title": {"text": label}}
    return {
        "title": {"text": label},
        "type": "log" if logarithmic else "linear",
        "exponentformat": "none",
        "nticks": 6,
    }


def _summary(spots: Sequence[SettingPoint]) -> str:
    if not spots:
        return "No setting is finished yet."
    best = max(spots, key=lambda spot: spot.accuracy)
    return f"{len(spots)} settings. Best: {best.words}: {percent(best.accuracy, 1)}."
