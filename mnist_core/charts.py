"""Every chart of the app, defined once: from data to a plotly figure and the sentence that says the same.

Colours named `var(--st-...)` are those of Streamlit's theme; `pages/shared/plot.py` fills them in, and adds
fonts, grid and background. The others keep a contrast of 3 to 1 or better on white and on near-black, and are
told apart by colour-blind eyes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.evaluation import top_confusions

BLUE, ORANGE = "#2F80C9", "#D55E00"
SERIES = (BLUE, ORANGE, "#009E73", "#B85C92", "#A6761D", "#7570B3")
QUIET = "#8791A0"
TEXT, MUTED_TEXT = "var(--st-text-color)", "var(--st-gray-color)"
MOST_POINTS = 1000


Column = Sequence[float] | NDArray[np.floating]


class Chart(NamedTuple):
    """A figure, and a one-sentence summary of it for those who cannot see it."""

    figure: go.Figure
    summary: str


class Curve(NamedTuple):
    """How one run learned: running means over the training epoch, and the test set after each epoch.

    `epochs`, `loss` and `accuracy` have equal lengths; so have the three `test_` columns. Epochs are counted
    from the start with fractions (0.5 = half way through the first); accuracies are fractions from 0 to 1.
    """

    name: str
    epochs: Column
    loss: Column
    accuracy: Column
    test_epochs: Column = ()
    test_loss: Column = ()
    test_accuracy: Column = ()


class Selection(NamedTuple):
    """A row (true class), a column (predicted class) or, with both, a cell of the confusion matrix."""

    true: int | None = None
    predicted: int | None = None


EVERYTHING = Selection()


class LearningCurves(NamedTuple):
    """Loss and accuracy over the epochs."""

    loss: Chart
    accuracy: Chart


class Measure(NamedTuple):
    """A quantity that is drawn over the epochs: a column of `Curve` and how its numbers are written."""

    column: str
    label: str
    axis_format: str
    number_format: str


_CLASSES = {"type": "category", "showgrid": False, "ticks": ""}
_SAME_AS_PAGE = [[0, "var(--st-background-color)"], [1, "var(--st-background-color)"]]
_SAME_AS_PANEL = [[0, "var(--st-secondary-background-color)"], [1, "var(--st-secondary-background-color)"]]
_ORANGES = [[0, "var(--st-orange-background-color)"], [1, "var(--st-orange-color)"]]
_LOSS = Measure("loss", "loss", ".2~f", ".3f")
_ACCURACY = Measure("accuracy", "accuracy", ".0%", ".1%")


def learning_curves(curves: Sequence[Curve], total_epochs: int) -> LearningCurves:
    """Draw loss and accuracy over `total_epochs` epochs (the fixed width of the axis), for one run or several."""
    return LearningCurves(
        Chart(_curve_figure(curves, total_epochs, _LOSS), _curve_summary(curves, _LOSS)),
        Chart(_curve_figure(curves, total_epochs, _ACCURACY), _curve_summary(curves, _ACCURACY)),
    )


def probability_bars(probabilities: NDArray[np.floating], class_names: Sequence[str]) -> Chart:
    """Draw the probabilities (classes,) that a network gives to each class; the largest stands out."""
    best, second = np.argsort(-probabilities, kind="stable")[:2]
    colors = [BLUE if index == best else QUIET for index in range(len(probabilities))]
    percents = [percent(value) for value in probabilities]
    bars = go.Bar(
        x=list(class_names),
        y=probabilities,
        marker_color=colors,
        text=[text if value >= 0.005 else "" for text, value in zip(percents, probabilities, strict=True)],
        textposition="outside",
        cliponaxis=False,
        customdata=percents,
        hovertemplate="%{x}: %{customdata}<extra></extra>",
    )
    figure = _figure([bars], xaxis=_CLASSES, yaxis={"range": [0, 1.08], "tickvals": [0, 0.5, 1], "tickformat": ".0%"})
    runner_up = f"then {class_names[second]} ({percents[second]})"
    return Chart(figure, f"Most likely {class_names[best]} ({percents[best]}), {runner_up}.")


def class_counts(labels: NDArray[np.integer], class_names: Sequence[str]) -> Chart:
    """Draw how many of the labels (n,) belong to each class."""
    counts = np.bincount(labels, minlength=len(class_names))
    bars = go.Bar(
        x=list(class_names),
        y=counts,
        marker_color=BLUE,
        text=[f"{count:,}" for count in counts],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{text} images<extra></extra>",
    )
    figure = _figure(
        [bars], xaxis=_CLASSES, yaxis={"range": [0, 1.1 * counts.max()], "showticklabels": False, "showgrid": False}
    )
    few, many = int(counts.argmin()), int(counts.argmax())
    rarest, commonest = f"{counts[few]:,} ({class_names[few]})", f"{counts[many]:,} ({class_names[many]})"
    return Chart(figure, f"The rarest class has {rarest} images, the most frequent {commonest}.")


def confusion_heatmap(matrix: pd.DataFrame, class_names: Sequence[str], selection: Selection = EVERYTHING) -> Chart:
    """Draw a confusion matrix (see `evaluation.confusion_matrix`): true classes down, predicted ones across.

    The right answers on the diagonal stay neutral, so that the colour scale belongs to the errors alone; it is
    logarithmic, so that one error, three and ten can be told apart. The selection is framed.
    """
    counts = matrix.to_numpy()
    right = np.eye(len(counts), dtype=bool)
    worst = max(2, int(counts[~right].max(initial=0)))
    strength = np.where(right, 0, 0.3 + 0.7 * np.log(np.maximum(counts, 1)) / math.log(worst))
    never, weak, strong = counts == 0, (counts > 0) & (strength < 0.55), strength >= 0.55
    layers = [
        _cells(counts, strength, right, class_names, _SAME_AS_PANEL, TEXT),
        _cells(counts, strength, ~right & never, class_names, _SAME_AS_PAGE, MUTED_TEXT),
        _cells(counts, strength, ~right & weak, class_names, _ORANGES, TEXT),
        _cells(counts, strength, ~right & strong, class_names, _ORANGES, "#1A1A1A"),
    ]
    down = {**_CLASSES, "title": {"text": "True"}, "autorange": "reversed"}
    across = {**_CLASSES, "title": {"text": "Predicted"}, "side": "top"}
    figure = _figure(layers, xaxis=across, yaxis=down, shapes=_frame(selection, len(counts)))
    return Chart(figure, _confusion_summary(matrix, class_names))


def percent(fraction: float) -> str:
    """Return a probability in words to one decimal; near-certainty never reads as certainty, nor near-zero as zero."""
    if 0.9995 <= fraction < 1:
        return ">99.9%"
    if 0 < fraction < 0.0005:
        return "<0.1%"
    return f"{fraction:.1%}"


def confusion_sentence(true: str, predicted: str, count: int) -> str:
    """Return a cell of the confusion matrix in words: "4 read as 9: 12 times"."""
    if true == predicted:
        return f"{true} read correctly: {_times(count)}"
    return f"{true} read as {predicted}: {_times(count)}"


def _figure(traces: list[go.Bar] | list[go.Heatmap] | list[go.Scatter], **layout: Any) -> go.Figure:
    """Return a figure without plotly's own template (6 KB in each update) that nobody zooms by accident."""
    still: dict[str, Any] = {"fixedrange": True}
    axes = {name: {**still, **layout.pop(name, {})} for name in ("xaxis", "yaxis")}
    return go.Figure(traces, {"template": "none", "showlegend": False, "dragmode": False, **layout, **axes})


def _curve_figure(curves: Sequence[Curve], total_epochs: int, measure: Measure) -> go.Figure:
    lines = [line for index, curve in enumerate(curves) for line in _curve_lines(curve, index, len(curves), measure)]
    xaxis = {"range": [0, total_epochs * 1.01], "title": {"text": "Epoch"}, "tickformat": "~f", "fixedrange": False}
    if total_epochs <= 10:
        xaxis["dtick"] = 1
    yaxis = {
        "range": _accuracy_range(curves) if measure is _ACCURACY else _loss_range(curves),
        "title": {"text": measure.label.capitalize()},
        "tickformat": measure.axis_format,
        "fixedrange": False,
    }
    hovermode = "x unified" if len(curves) == 1 else "closest"
    return _figure(lines, xaxis=xaxis, yaxis=yaxis, showlegend=True, dragmode="zoom", hovermode=hovermode)


def _curve_lines(curve: Curve, index: int, curves: int, measure: Measure) -> list[go.Scatter]:
    """Return the training line and the test marks; of several runs, each has one colour for both."""
    color = SERIES[index % len(SERIES)]
    prefix = f"{curve.name}, " if curves > 1 else ""
    epochs, values = _thinned(curve.epochs), _thinned(getattr(curve, measure.column))
    hover = f"%{{y:{measure.number_format}}}"
    training = go.Scatter(
        x=epochs,
        y=values,
        name=f"{prefix}training",
        mode="lines",
        line={"color": color, "width": 2},
        hovertemplate=hover,
    )
    test = go.Scatter(
        x=np.asarray(curve.test_epochs, dtype=np.float32),
        y=np.asarray(getattr(curve, f"test_{measure.column}"), dtype=np.float32),
        name=f"{prefix}test",
        mode="lines+markers",
        line={"color": color if curves > 1 else ORANGE, "width": 2, "dash": "dot"},
        marker={"size": 9, "symbol": "diamond"},
        hovertemplate=hover,
    )
    return [training, test]


def _thinned(values: Column) -> NDArray[np.float32]:
    """Keep at most about `MOST_POINTS`: every second, fourth, ... value and the last one.

    The stride is a power of two counted from the first value, so that a growing line does not wobble.
    """
    array = np.asarray(values, dtype=np.float32)
    stride = 2 ** max(0, math.ceil(math.log2(max(len(array), 1) / MOST_POINTS)))
    kept = array[::stride]
    return kept if stride == 1 or (len(array) - 1) % stride == 0 else np.append(kept, array[-1:])


def _settled(curves: Sequence[Curve], column: str) -> list[float]:
    """Return a column's finite values without the steep first quarter of an epoch, once there are later ones."""
    values: list[float] = []
    for curve in curves:
        pairs = [(at, value) for at, value in zip(curve.epochs, getattr(curve, column), strict=True)]
        later = [value for at, value in pairs if at > 0.25] or [value for _, value in pairs]
        values += later + list(getattr(curve, f"test_{column}"))
    return [value for value in values if math.isfinite(value)]


def _accuracy_range(curves: Sequence[Curve]) -> list[float]:
    """Return limits of the axis in steps of 5 %, so that they rest while a run moves."""
    lowest = min(_settled(curves, "accuracy"), default=0.0)
    return [math.floor(min(lowest, 0.95) * 20) / 20, 1.002]


def _loss_range(curves: Sequence[Curve]) -> list[float]:
    """Return limits of the axis in steps of 0.1 below 1, then 1, 2, 3, ..., 10, 20, ..., so that they rest."""
    highest = max(_settled(curves, "loss"), default=1.0)
    step = max(0.1, 10.0 ** math.floor(math.log10(max(highest, 0.1))))
    return [0, step * math.ceil(highest / step + 1e-9)]


def _curve_summary(curves: Sequence[Curve], measure: Measure) -> str:
    parts = [_curve_clause(curve, measure) for curve in curves if len(curve.epochs)]
    return "; ".join(parts) + "." if parts else f"No {measure.label} yet: the training has not taken its first step."


def _curve_clause(curve: Curve, measure: Measure) -> str:
    training = f"{getattr(curve, measure.column)[-1]:{measure.number_format}}"
    clause = f"{curve.name}: training {measure.label} {training} after {curve.epochs[-1]:.3g} epochs"
    if not len(curve.test_epochs):
        return clause
    tested = f"{getattr(curve, f'test_{measure.column}')[-1]:{measure.number_format}}"
    return f"{clause}, test {measure.label} {tested} after {curve.test_epochs[-1]:.3g}"


def _cells(
    counts: NDArray[np.integer],
    strength: NDArray[np.floating],
    shown: NDArray[np.bool_],
    class_names: Sequence[str],
    colorscale: list[list[Any]],
    text_color: str,
) -> go.Heatmap:
    """Return the cells for which `shown` is true; a heatmap has one colour of text, hence several of them."""
    words = [
        [confusion_sentence(true, predicted, int(counts[row, column])) for column, predicted in enumerate(class_names)]
        for row, true in enumerate(class_names)
    ]
    return go.Heatmap(
        x=list(class_names),
        y=list(class_names),
        z=np.where(shown, strength, np.nan),
        zmin=0,
        zmax=1,
        colorscale=colorscale,
        showscale=False,
        xgap=2,
        ygap=2,
        text=np.where(shown, counts.astype(str), ""),
        texttemplate="%{text}",
        textfont={"color": text_color, "size": 14},
        customdata=words,
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )


def _frame(selection: Selection, classes: int) -> list[dict[str, Any]]:
    """Return a rectangle around the selected row, column or cell; nothing if there is none."""
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
