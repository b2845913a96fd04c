"""The confusion matrix as a heatmap, and its cells in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mnist_core.charts.class_heatmap import Cells, class_heatmap, coloured_layers, logarithmic_strength, neutral_layers
from mnist_core.charts.figure import FAINT_ORANGE, STRONG_ORANGE, TEXT, Chart
from mnist_core.evaluation import top_confusions
from mnist_core.text.escape import for_chart

COLOUR_SCALE = (FAINT_ORANGE, STRONG_ORANGE)
"""The colours of the errors, from few to many."""


class Selection(NamedTuple):
    """A row (true class), a column (predicted class) or, with both, a cell of the confusion matrix."""

    true: int | None = None
    predicted: int | None = None


EVERYTHING = Selection()


def confusion_heatmap(matrix: pd.DataFrame, class_names: Sequence[str], selection: Selection = EVERYTHING) -> Chart:
    """Draw a confusion matrix (see `evaluation.confusion_matrix`): true classes down, predicted ones across.

    Only the errors are coloured; the correct predictions on the diagonal stay neutral. The selection has a frame.
    """
    counts = matrix.to_numpy()
    correct = np.eye(len(counts), dtype=bool)
    errors = np.where(correct, 0, counts)
    strength = np.where(correct, 0, logarithmic_strength(errors))
    never = ~correct & (counts == 0)
    cells = Cells(strength, counts.astype(str), _words(counts, class_names))
    layers = [*neutral_layers(correct, never), *coloured_layers(errors > 0, strength, COLOUR_SCALE)]
    figure = class_heatmap(cells, layers, class_names, _frame(selection, len(counts)))
    return Chart(figure, _confusion_summary(matrix, class_names))


def confusion_sentence(true: str, predicted: str, count: int) -> str:
    """Return a cell of the confusion matrix in words: "4 read as 9: 12 times"."""
    if true == predicted:
        return f"{true} read correctly: {_times(count)}"
    return f"{true} read as {predicted}: {_times(count)}"


def _words(counts: NDArray[np.integer], class_names: Sequence[str]) -> list[list[str]]:
    names = [for_chart(name) for name in class_names]
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
