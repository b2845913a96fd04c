"""The confusion matrix as a heatmap, and its cells in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.charts.figure import (
    CLASS_AXIS,
    FAINT_ORANGE,
    MUTED_TEXT,
    PAGE,
    PANEL,
    STRONG_ORANGE,
    TEXT,
    Chart,
    bare_figure,
)
from mnist_core.evaluation import top_confusions
from mnist_core.text.escape import for_chart

COLOUR_SCALE = (FAINT_ORANGE, STRONG_ORANGE)
"""The colours of the errors, from few to many."""
DARK_TEXT_STRENGTH = 0.55
"""The strength of the colour, 0 to 1, above which the text is dark, which is readable in both themes."""
DARK_TEXT = "#1A1A1A"
MOST_WITH_NUMBERS = 20
"""With more classes, the numbers do not fit into the cells; hovering over a cell shows its number."""


class Selection(NamedTuple):
    """A row (true class), a column (predicted class) or, with both, a cell of the confusion matrix."""

    true: int | None = None
    predicted: int | None = None


EVERYTHING = Selection()


class Layer(NamedTuple):
    """Cells with the same colours: a mask (bool, the shape of the matrix), their colour scale and text colour.

    A plotly heatmap has one text colour for all cells, so one heatmap is drawn for each layer.
    """

    cells: NDArray[np.bool_]
    colour_scale: tuple[str, str]
    text_colour: str


def confusion_heatmap(matrix: pd.DataFrame, class_names: Sequence[str], selection: Selection = EVERYTHING) -> Chart:
    """Draw a confusion matrix (see `evaluation.confusion_matrix`): true classes down, predicted ones across.

    Only the errors are coloured; the correct predictions on the diagonal stay neutral. The colour scale is
    logarithmic, so that one error, three and ten can be told apart. The selection has a frame.
    """
    counts = matrix.to_numpy()
    correct = np.eye(len(counts), dtype=bool)
    # The strength starts at 0.3, so that a single error differs from none.
    worst = max(2, int(counts[~correct].max(initial=0)))
    strength = np.where(correct, 0, 0.3 + 0.7 * np.log(np.maximum(counts, 1)) / math.log(worst))
    never, strong = ~correct & (counts == 0), strength >= DARK_TEXT_STRENGTH
    layers = [
        Layer(correct, (PANEL, PANEL), TEXT),
        Layer(never, (PAGE, PAGE), MUTED_TEXT),
        Layer(~(correct | never | strong), COLOUR_SCALE, TEXT),
        Layer(strong, COLOUR_SCALE, DARK_TEXT),
    ]
    heatmaps = [_heatmap(layer, counts, strength, class_names) for layer in layers]
    down = {**CLASS_AXIS, "title": {"text": "True", "standoff": 8}, "autorange": "reversed"}
    across = {**CLASS_AXIS, "title": {"text": "Predicted", "standoff": 8}, "side": "top"}
    figure = bare_figure(heatmaps, xaxis=across, yaxis=down, shapes=_frame(selection, len(counts)))
    return Chart(figure, _confusion_summary(matrix, class_names))


def confusion_sentence(true: str, predicted: str, count: int) -> str:
    """Return a cell of the confusion matrix in words: "4 read as 9: 12 times"."""
    if true == predicted:
        return f"{true} read correctly: {_times(count)}"
    return f"{true} read as {predicted}: {_times(count)}"


def _heatmap(
    layer: Layer, counts: NDArray[np.integer], strength: NDArray[np.floating], class_names: Sequence[str]
) -> go.Heatmap:
    names = [for_chart(name) for name in class_names]
    return go.Heatmap(
        x=names,
        y=names,
        z=np.where(layer.cells, strength, np.nan),
        zmin=0,
        zmax=1,
        colorscale=[[0, layer.colour_scale[0]], [1, layer.colour_scale[1]]],
        showscale=False,
        xgap=2,
        ygap=2,
        text=np.where(layer.cells & (len(counts) <= MOST_WITH_NUMBERS), counts.astype(str), ""),
        texttemplate="%{text}",
        textfont={"color": layer.text_colour, "size": 14},
        customdata=_words(counts, names),
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )


def _words(counts: NDArray[np.integer], names: Sequence[str]) -> list[list[str]]:
    return [
        [confusion_sentence(true, predicted, int(counts[row, column])) for column, predicted in enumerate(names)]
        for row, true in enumerate(names)
    ]


def _frame(selection: Selection, classes: int) -> list[dict[str, Any]]:
    """Return a rectangle around the selected row, column or cell; [] without a selection."""
    true, predicted = selection
    if true is None and predicted is None:
        return []
    left, right = (-0.5, classes - 0.5) if predicted is None else (predicted - 0.5, predicted + 0.5)
    top, bottom = (-0.5, classes - 0.5) if true is None else (true - 0.5, true + 0.5)
    line = {"color": TEXT, "width": 2}
    return [{"type": "rect", "x0": left, "x1": right, "y0": top, "y1": bottom, "line": line}]


def _confusion_summary(matrix: pd.DataFrame, class_names: Sequence[str]) -> str:
    counts = matrix.to_numpy()
    summary = f"{np.trace(counts):,} of {counts.sum():,} images read correctly"
    worst = top_confusions(matrix, 1)
    if not worst:
        return f"{summary}."
    true, predicted, count = worst[0]
    return f"{summary}. Most frequent error: {confusion_sentence(class_names[true], class_names[predicted], count)}."


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")
