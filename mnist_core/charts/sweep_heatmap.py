"""The accuracies of a sweep over two settings as a heatmap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.charts.figure import CLASS_AXIS, Chart, Trace, bare_figure, trace
from mnist_core.charts.sweep_colours import COLOUR_SCALE, colour_range
from mnist_core.text.words import counted, in_sentence, percent

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
    hover_texts = _hover_texts(across, down, accuracies, settings)
    best = np.unravel_index(np.nanargmax(accuracies), accuracies.shape) if known.any() else None
    figure = bare_figure(
        [_heatmap(across, down, accuracies, hover_texts)],
        xaxis={**CLASS_AXIS, "title": {"text": across.label}},
        yaxis={**CLASS_AXIS, "title": {"text": down.label}},
        **({"shapes": [_frame(int(best[0]), int(best[1]))]} if best else {}),
    )
    if best is None:
        return Chart(figure, "No setting is finished yet.")
    summary = f"{known.sum()} of {known.size} cells are known. Best: {hover_texts[int(best[0])][int(best[1])]}."
    return Chart(figure, f"{summary} Lowest: {percent(float(np.nanmin(accuracies)), 1)}.")


def _heatmap(across: Axis, down: Axis, accuracies: NDArray[np.floating], hover_texts: list[list[str]]) -> Trace:
    known = np.isfinite(accuracies)
    low, high = colour_range(accuracies[known])
    return trace(
        "heatmap",
        x=list(across.values),
        y=list(down.values),
        z=accuracies,
        zmin=low,
        zmax=high,
        colorscale=COLOUR_SCALE,
        colorbar={"tickformat": ".1%", "thickness": 12},
        xgap=2,
        ygap=2,
        text=np.where(known, [[percent(value, 1) for value in row] for row in accuracies], ""),
        texttemplate="%{text}" if len(across.values) <= MOST_NUMBERS_IN_ROW else "",
        customdata=hover_texts,
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )


def _hover_texts(
    across: Axis, down: Axis, accuracies: NDArray[np.floating], settings: NDArray[np.integer] | None
) -> list[list[str]]:
    """Return the sentence on each cell (values down, values across): the two settings and their accuracy."""
    known = np.isfinite(accuracies)
    return [
        [
            f"{down.label} {y}, {in_sentence(across.label)} {x}: "
            + (percent(accuracies[row, column], 1) if known[row, column] else "not known yet")
            + _mean_of(None if settings is None or not known[row, column] else settings[row, column])
            for column, x in enumerate(across.values)
        ]
        for row, y in enumerate(down.values)
    ]


def _mean_of(settings: int | None) -> str:
    return "" if settings is None else f", mean of {counted(settings, 'setting')}"


def _frame(row: int, column: int) -> dict[str, Any]:
    line = {"color": "#D55E00", "width": 3}
    return {"type": "rect", "x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5, "line": line}
