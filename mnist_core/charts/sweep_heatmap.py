"""The accuracies of a sweep over two settings as a heatmap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.charts.figure import CLASS_AXIS, Chart, bare_figure
from mnist_core.charts.sweep_colours import COLOUR_SCALE, colour_range
from mnist_core.text.words import counted, percent

MOST_NUMBERS_IN_ROW = 12
"""With more cells in a row, the numbers do not fit into them; hovering over a cell shows its number."""


class Axis(NamedTuple):
    """A varied setting: its label, and its values as text in their order."""

    label: str
    values: Sequence[str]


def sweep_heatmap(
    across: Axis, down: Axis, accuracies: NDArray[np.floating], settings: NDArray[np.integer] | None = None
) -> Chart:
    """Draw validation accuracies (values down, values across), NaN where unknown. The best one has a frame.

    `settings`, of the same shape, is over how many combinations of other settings each accuracy is a mean. None means
    that only these two settings vary.
    """
    known = np.isfinite(accuracies)
    texts = np.where(known, [[percent(value, 1) for value in row] for row in accuracies], "")
    cell_texts = [
        [
            f"{down.label} {y}, {across.label.lower()} {x}: "
            + (percent(accuracies[row, column], 1) if known[row, column] else "not known yet")
            + _mean_of(None if settings is None or not known[row, column] else settings[row, column])
            for column, x in enumerate(across.values)
        ]
        for row, y in enumerate(down.values)
    ]
    low, high = colour_range(accuracies[known])
    heatmap = go.Heatmap(
        x=list(across.values),
        y=list(down.values),
        z=accuracies,
        zmin=low,
        zmax=high,
        colorscale=COLOUR_SCALE,
        colorbar={"tickformat": ".1%", "thickness": 12},
        xgap=2,
        ygap=2,
        text=texts,
        texttemplate="%{text}" if len(across.values) <= MOST_NUMBERS_IN_ROW else "",
        customdata=cell_texts,
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
    summary = f"{known.sum()} of {known.size} cells are known. Best: {cell_texts[int(best[0])][int(best[1])]}."
    return Chart(figure, f"{summary} Lowest: {percent(float(np.nanmin(accuracies)), 1)}.")


def _mean_of(settings: int | None) -> str:
    return "" if settings is None else f", mean of {counted(settings, 'setting')}"


def _frame(row: int, column: int) -> dict[str, Any]:
    line = {"color": "#D55E00", "width": 3}
    return {"type": "rect", "x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5, "line": line}
