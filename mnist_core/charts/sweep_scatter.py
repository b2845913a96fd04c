"""The trials of a sweep as points: over two varied settings, or against the only one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from mnist_core.charts.figure import BLUE, CLASS_AXIS, TEXT, Chart, bare_figure, trace
from mnist_core.charts.sweep_colours import COLOUR_SCALE, colour_range
from mnist_core.text.words import counted, percent


class SettingPoint(NamedTuple):
    """One combination of settings as a point: its position, its accuracy (0 to 1), and its values in words."""

    x: float | str
    y: float | str
    accuracy: float
    words: str


def sweep_points(across: str, down: str, points: Sequence[SettingPoint], logarithmic: tuple[bool, bool]) -> Chart:
    """Draw points coloured by validation accuracy, for settings whose values were sampled from ranges."""
    accuracies = np.array([point.accuracy for point in points])
    low, high = colour_range(accuracies)
    scatter = trace(
        "scatter",
        x=[point.x for point in points],
        y=[point.y for point in points],
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
        customdata=[f"{point.words}: {percent(point.accuracy, 1)}" for point in points],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure = bare_figure(
        [scatter],
        xaxis=_number_axis(across, logarithmic[0], points, "x"),
        yaxis=_number_axis(down, logarithmic[1], points, "y"),
    )
    return Chart(figure, _summary(points))


def accuracy_by_value(label: str, points: Sequence[SettingPoint], logarithmic: bool) -> Chart:
    """Draw the validation accuracy of each point against the one setting that varies."""
    scatter = trace(
        "scatter",
        x=[point.x for point in points],
        y=[point.accuracy for point in points],
        mode="lines+markers",
        line={"color": BLUE, "width": 2},
        marker={"size": 10},
        customdata=[f"{point.words}: {percent(point.accuracy, 1)}" for point in points],
        hovertemplate="%{customdata}<extra></extra>",
    )
    yaxis = {"title": {"text": "Validation accuracy"}, "tickformat": ".1~%"}
    figure = bare_figure([scatter], xaxis=_number_axis(label, logarithmic, points, "x"), yaxis=yaxis)
    return Chart(figure, _summary(points))


def _number_axis(label: str, logarithmic: bool, points: Sequence[SettingPoint], axis: str) -> dict[str, Any]:
    if any(isinstance(getattr(point, axis), str) for point in points):
        return {**CLASS_AXIS, "title": {"text": label}}
    return {
        "title": {"text": label},
        "type": "log" if logarithmic else "linear",
        "exponentformat": "none",
        "nticks": 6,
    }


def _summary(points: Sequence[SettingPoint]) -> str:
    if not points:
        return "No setting is finished yet."
    best = max(points, key=lambda point: point.accuracy)
    return f"{counted(len(points), 'setting')}. Best: {best.words}: {percent(best.accuracy, 1)}."
