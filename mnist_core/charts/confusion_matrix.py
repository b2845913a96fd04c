"""The confusion matrix as a heatmap, and its cells in words."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mnist_core.charts.class_heatmap import Cells, class_heatmap, coloured_layers, logarithmic_strength, neutral_layers
from mnist_core.charts.figure import FAINT_ORANGE, STRONG_ORANGE, TEXT, Chart
from mnist_core.evaluation.confusion_matrix import class_metrics, top_confusions
from mnist_core.text.escape import for_chart
from mnist_core.text.sentence import sentence
from mnist_core.text.words import percent

COLOUR_SCALE = (FAINT_ORANGE, STRONG_ORANGE)
"""The colours of the errors, from few to many."""


class Selection(NamedTuple):
    """A row (true class), a column (predicted class) or, with both, a cell of the confusion matrix."""

    true: int | None = None
    predicted: int | None = None


EVERYTHING = Selection()


class Numbers(StrEnum):
    """The numbers in the cells of a confusion matrix: images, or shares of them in percent.

    RECALL and PRECISION are shares of all images of a true or of a predicted class, which the diagonal is named after;
    ERRORS are shares of all errors, without the diagonal.
    """

    COUNTS = "counts"
    RECALL = "recall"
    PRECISION = "precision"
    ERRORS = "errors"


def confusion_heatmap(
    matrix: pd.DataFrame,
    class_names: Sequence[str],
    selection: Selection = EVERYTHING,
    numbers: Numbers = Numbers.COUNTS,
) -> Chart:
    """Draw a confusion matrix (see mnist_core/evaluation): true classes down, predicted ones across.

    Only the errors are coloured; the correct predictions on the diagonal stay neutral. The selection has a frame.
    """
    counts = matrix.to_numpy()
    correct = np.eye(len(counts), dtype=bool)
    errors = np.where(correct, 0, counts)
    shares = shares_of(counts, numbers)
    # Shares in the colours of counts: if all classes are equally frequent, these are the same.
    weights = errors if numbers in (Numbers.COUNTS, Numbers.ERRORS) else shares * counts.sum() / len(counts)
    strength = np.where(correct, 0, logarithmic_strength(np.where(correct, 0, weights)))
    cells = Cells(strength, _texts(counts, shares, numbers), _words(counts, shares, numbers, class_names))
    layers = [*neutral_layers(correct, ~correct & (counts == 0)), *coloured_layers(errors > 0, strength, COLOUR_SCALE)]
    figure = class_heatmap(cells, layers, class_names, _frame(selection, len(counts)))
    return Chart(figure, _summary(matrix, class_names, numbers))


def shares_of(counts: NDArray[np.integer], numbers: Numbers) -> NDArray[np.float64]:
    """Return the counts (classes, classes) as shares, 0 to 1, of what `numbers` says; of no images, they are 0."""
    if numbers is Numbers.ERRORS:
        counts = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    whole = {Numbers.RECALL: counts.sum(axis=1, keepdims=True), Numbers.PRECISION: counts.sum(axis=0, keepdims=True)}
    shares: NDArray[np.float64] = counts / np.maximum(whole.get(numbers, counts.sum()), 1)
    return shares


def confusion_sentence(true: str, predicted: str, count: int) -> str:
    """Return a cell of the confusion matrix in words: "4 read as 9: 12 times"."""
    if true == predicted:
        return sentence("{true} read correctly: {times}", true=true, times=_times(count))
    return sentence("{true} read as {predicted}: {times}", true=true, predicted=predicted, times=_times(count))


def _texts(counts: NDArray[np.integer], shares: NDArray[np.float64], numbers: Numbers) -> NDArray[np.str_]:
    """Return the numbers in the cells, shares in percent with one decimal: "98.3", "0.9", "100"."""
    if numbers is Numbers.COUNTS:
        return counts.astype(str)
    texts = np.array([[_in_percent(it) for it in row] for row in shares.tolist()])
    return np.where(np.eye(len(counts), dtype=bool), "", texts) if numbers is Numbers.ERRORS else texts


def _in_percent(share: float) -> str:
    if share in (0, 1):
        return f"{100 * share:.0f}"
    return percent(share, 1).removesuffix(" %")


def _words(
    counts: NDArray[np.integer], shares: NDArray[np.float64], numbers: Numbers, class_names: Sequence[str]
) -> list[list[str]]:
    names = [for_chart(name) for name in class_names]
    return [
        [
            _cell_in_words(true, predicted, int(counts[row, column]), float(shares[row, column]), numbers)
            for column, predicted in enumerate(names)
        ]
        for row, true in enumerate(names)
    ]


def _cell_in_words(true: str, predicted: str, count: int, share: float, numbers: Numbers) -> str:
    """Return a cell in words, with what its share is a share of: "4 read as 9: 12 times (0.9 % of all that are 4)"."""
    cell = confusion_sentence(true, predicted, count)
    if numbers is Numbers.COUNTS or (numbers is Numbers.ERRORS and true == predicted):
        return cell
    whole = sentence("all errors")
    if numbers is Numbers.RECALL:
        whole = sentence("all that are {true}", true=true)
    elif numbers is Numbers.PRECISION:
        whole = sentence("all read as {predicted}", predicted=predicted)
    return sentence("{cell} ({share} of {whole})", cell=cell, share=percent(share, 1), whole=whole)


def _frame(selection: Selection, classes: int) -> list[dict[str, Any]]:
    """Return a rectangle around the selected row, column or cell; [] without a selection."""
    true, predicted = selection
    if true is None and predicted is None:
        return []
    left, right = (-0.5, classes - 0.5) if predicted is None else (predicted - 0.5, predicted + 0.5)
    top, bottom = (-0.5, classes - 0.5) if true is None else (true - 0.5, true + 0.5)
    line = {"color": TEXT, "width": 2}
    return [{"type": "rect", "x0": left, "x1": right, "y0": top, "y1": bottom, "line": line}]


def _summary(matrix: pd.DataFrame, class_names: Sequence[str], numbers: Numbers) -> str:
    summary = _confusion_summary(matrix, class_names)
    if numbers not in (Numbers.RECALL, Numbers.PRECISION):
        return summary
    values = class_metrics(matrix)[numbers.value].to_numpy()
    if np.isnan(values).all():
        return summary
    ends = [
        (class_names[int(at)], percent(float(values[at]), 1)) for at in (np.nanargmin(values), np.nanargmax(values))
    ]
    (low, least), (high, most) = ends
    return f"{summary} {numbers.value.capitalize()} is lowest for {low}, {least}, and highest for {high}, {most}."


def _confusion_summary(matrix: pd.DataFrame, class_names: Sequence[str]) -> str:
    counts = matrix.to_numpy()
    right, images = int(np.trace(counts)), int(counts.sum())
    summary = sentence("{right:,} of {images:,} images read correctly", right=right, images=images)
    worst = top_confusions(matrix, 1)
    if not worst:
        return sentence("{summary}.", summary=summary)
    true, predicted, count = worst[0]
    error = confusion_sentence(class_names[true], class_names[predicted], count)
    return sentence("{summary}. Most frequent error: {error}.", summary=summary, error=error)


def _times(count: int) -> str:
    few = {0: sentence("never"), 1: sentence("once"), 2: sentence("twice")}
    return few.get(count, sentence("{number:,} times", number=count))
