"""The importance of each setting of a sweep, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.charts.figure import BLUE, CLASS_AXIS, Chart, bare_figure, trace
from mnist_core.text.words import percent


def importance_bars(labels: Sequence[str], importances: Sequence[float]) -> Chart:
    """Draw the fraction (0 to 1) of the differences in accuracy that each setting explains, the largest at the top."""
    order = sorted(range(len(importances)), key=lambda index: importances[index])
    bars = trace(
        "bar",
        x=[importances[index] for index in order],
        y=[labels[index] for index in order],
        orientation="h",
        marker={"color": BLUE},
        text=[percent(importances[index], 0) for index in order],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    figure = bare_figure([bars], xaxis={"range": [0, 1.12], "tickformat": ".0%"}, yaxis=CLASS_AXIS)
    most = order[-1]
    return Chart(
        figure, f"{labels[most]} mattered most: {percent(importances[most], 0)} of the differences in accuracy."
    )
