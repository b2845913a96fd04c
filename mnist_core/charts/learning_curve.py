"""Learning curves: loss and accuracy over the epochs, of one or several runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.charts.figure import GREEN, MUTED_TEXT, ORANGE, SERIES, Chart, Trace, bare_figure, trace
from mnist_core.text.escape import for_chart
from mnist_core.text.sentence import Sentence, joined, marked, sentence
from mnist_core.text.words import percent

MOST_POINTS = 400
"""Most points of a line. A chart is about as many pixels wide; more would only make each refresh slower."""

MOST_EARLIER_POINTS = 100
"""The number of points of a run drawn behind another: they are sent with each update of the latter."""
EARLIER = "#8a8a8a"
"""A grey that stands out from light and from dark backgrounds, but less than the colours of `SERIES`."""

_TWO_IN_A_ROW = {"entrywidthmode": "fraction", "entrywidth": 0.49, "font": {"size": 12}}
"""The layout of the legend: with the long name of an earlier run, plotly would put each name on a row of its own."""

Column = Sequence[float] | NDArray[np.floating]


class Curve(NamedTuple):
    """The progress of one run: training values as running means over the epoch, others measured after each epoch.

    `epochs`, `loss` and `accuracy` have equal lengths; so have the three `test_` columns, and the three `validation_`
    columns, which are empty if no images are held out. Epochs are counted from the start with fractions: 0.5 is half
    way through the first. Accuracies are fractions from 0 to 1. `kept_epoch` is the epoch whose weights early
    stopping has kept in the end.
    """

    name: str
    epochs: Column
    loss: Column
    accuracy: Column
    test_epochs: Column = ()
    test_loss: Column = ()
    test_accuracy: Column = ()
    validation_epochs: Column = ()
    validation_loss: Column = ()
    validation_accuracy: Column = ()
    kept_epoch: int | None = None


class LearningCurves(NamedTuple):
    """Loss and accuracy over the epochs."""

    loss: Chart
    accuracy: Chart


class Measure(NamedTuple):
    """A quantity that is drawn over the epochs: a column of `Curve`, and the formats of its numbers.

    The formats are plotly's; `in_words` formats a number in a sentence.
    """

    column: str
    label: str
    axis_format: str
    number_format: str
    in_words: Callable[[float], str]


class _Style(NamedTuple):
    """The style of a line with markers; `size` is that of the markers in pixels."""

    dash: str
    size: int
    symbol: str


_TITLES = {"loss": marked("Loss"), "accuracy": marked("Accuracy")}
_TRAINING = marked("training")
_TEST_STYLE = _Style("dot", 9, "diamond")
_VALIDATION_STYLE = _Style("dash", 8, "square")
_LOSS = Measure("loss", marked("loss"), ".2~f", ".3f", "{:.3f}".format)
_ACCURACY = Measure("accuracy", marked("accuracy"), ".0%", ".1%", partial(percent, digits=1))


def learning_curves(curves: Sequence[Curve], total_epochs: int, earlier: Curve | None = None) -> LearningCurves:
    """Draw loss and accuracy of one or several runs. The axis always spans `total_epochs` epochs.

    An `earlier` run is drawn behind them as thin lines, with its name in the legend.
    """
    everything = [*curves, earlier] if earlier else curves
    return LearningCurves(
        Chart(_curve_figure(curves, total_epochs, _LOSS, earlier), _curve_summary(everything, _LOSS)),
        Chart(_curve_figure(curves, total_epochs, _ACCURACY, earlier), _curve_summary(everything, _ACCURACY)),
    )


def _curve_figure(
    curves: Sequence[Curve], total_epochs: int, measure: Measure, earlier: Curve | None = None
) -> go.Figure:
    lines = [line for index, curve in enumerate(curves) for line in _curve_lines(curve, index, len(curves), measure)]
    lines += _earlier_lines(earlier, measure) if earlier else []
    xaxis = {
        "range": [0, total_epochs * 1.01],
        "title": {"text": marked("Epoch")},
        "tickformat": "~f",
        "fixedrange": False,
    }
    if total_epochs <= 10:
        xaxis["dtick"] = 1
    yaxis = {
        "range": _accuracy_range_of(curves, earlier) if measure is _ACCURACY else _loss_range(curves),
        "title": {"text": _TITLES[measure.label]},
        "tickformat": measure.axis_format,
        "fixedrange": False,
    }
    hovermode = "x unified" if len(curves) == 1 else "closest"
    layout: dict[str, Any] = {"legend": _TWO_IN_A_ROW} if earlier else {}
    figure = bare_figure(
        lines, xaxis=xaxis, yaxis=yaxis, showlegend=True, dragmode="zoom", hovermode=hovermode, **layout
    )
    for curve in curves:
        if curve.kept_epoch is not None:
            _mark_kept_epoch(figure, curve.kept_epoch, total_epochs, at_top=measure is _LOSS)
    return figure


def _mark_kept_epoch(figure: go.Figure, epoch: int, total_epochs: int, *, at_top: bool) -> None:
    """Draw a line at the epoch whose weights are kept, with its words at the end where the curves rarely are."""
    side, end = "right" if epoch > total_epochs / 2 else "left", "top" if at_top else "bottom"
    line = {"color": MUTED_TEXT, "width": 1, "dash": "dash"}
    figure.add_shape(type="line", x0=epoch, x1=epoch, yref="paper", y0=0, y1=1, line=line, layer="below")
    font = {"color": MUTED_TEXT, "size": 12}
    place = {"x": epoch, "yref": "paper", "y": int(at_top), "xanchor": side, "yanchor": end}
    figure.add_annotation(text=f"epoch {epoch} is kept", showarrow=False, font=font, **place)


def _curve_lines(curve: Curve, index: int, curves: int, measure: Measure) -> list[Trace]:
    """Return the lines of one run: training, test, perhaps validation. Of several runs, each has one colour."""
    color = SERIES[index % len(SERIES)]
    prefix = f"{for_chart(curve.name)}, " if curves > 1 else ""
    epochs, values = or_nothing(thinned(curve.epochs)), or_nothing(thinned(getattr(curve, measure.column)))
    training = trace(
        "scatter",
        x=epochs,
        y=values,
        name=f"{prefix}{_TRAINING}",
        mode="lines",
        line={"color": color, "width": 2},
        hovertemplate=f"%{{y:{measure.number_format}}}",
    )
    single = curves == 1
    test = _measured_line(curve, "test", measure, prefix, ORANGE if single else color, _TEST_STYLE)
    if not len(curve.validation_epochs):
        return [training, test]
    validation = _measured_line(curve, "validation", measure, prefix, GREEN if single else color, _VALIDATION_STYLE)
    return [training, validation, test] if len(curve.test_epochs) else [training, validation]


def _earlier_lines(curve: Curve, measure: Measure) -> list[Trace]:
    """Return the thin lines of an earlier run, training and test, under all others; the legend names it once."""
    epochs, values = (thinned(it, MOST_EARLIER_POINTS) for it in (curve.epochs, getattr(curve, measure.column)))
    tested = np.asarray(getattr(curve, f"test_{measure.column}"), dtype=np.float32)
    name = curve.name if isinstance(curve.name, Sentence) else Sentence(for_chart(curve.name))
    hover = f"%{{y:{measure.number_format}}}"
    line: dict[str, Any] = {"color": EARLIER, "width": 1}
    style: dict[str, Any] = {"mode": "lines", "zorder": -1, "hovertemplate": hover}
    dotted = line | {"dash": _TEST_STYLE.dash}
    test_epochs = np.asarray(curve.test_epochs, dtype=np.float32)
    return [
        trace("scatter", x=epochs, y=values, name=name, line=line, **style),
        trace(
            "scatter",
            x=test_epochs,
            y=tested,
            name=sentence("{name}, test", name=name),
            line=dotted,
            showlegend=False,
            **style,
        ),
    ]


def _measured_line(curve: Curve, kind: str, measure: Measure, prefix: str, color: str, style: _Style) -> Trace:
    """Return the line of values measured after each epoch; `kind` is "test" or "validation"."""
    epochs, values = (getattr(curve, f"{kind}_{column}") for column in ("epochs", measure.column))
    return trace(
        "scatter",
        x=or_nothing(np.asarray(epochs, dtype=np.float32)),
        y=or_nothing(np.asarray(values, dtype=np.float32)),
        name=f"{prefix}{kind}",
        mode="lines+markers",
        line={"color": color, "width": 2, "dash": style.dash},
        marker={"size": style.size, "symbol": style.symbol},
        hovertemplate=f"%{{y:{measure.number_format}}}",
    )


def or_nothing(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the values; of none, one that is not drawn.

    The legend names a line from the start then: with its second name, it would push the curves aside.
    """
    return values if len(values) else np.full(1, np.nan, dtype=np.float32)


def thinned(values: Column, most: int = MOST_POINTS) -> NDArray[np.float32]:
    """Thin values out to about `most`: every second, fourth, … value and the last one.

    The stride is a power of two, counted from the first value, so that a growing line keeps its points.
    """
    array = np.asarray(values, dtype=np.float32)
    stride = 2 ** max(0, math.ceil(math.log2(max(len(array), 1) / most)))
    kept = array[::stride]
    return kept if stride == 1 or (len(array) - 1) % stride == 0 else np.append(kept, array[-1:])


def _values_after_start(curves: Sequence[Curve], column: str) -> list[float]:
    """Return a column's finite values, without the steep first quarter of an epoch once there are later ones."""
    values: list[float] = []
    for curve in curves:
        pairs = [(epoch, value) for epoch, value in zip(curve.epochs, getattr(curve, column), strict=True)]
        later = [value for epoch, value in pairs if epoch > 0.25] or [value for _, value in pairs]
        values += later + list(getattr(curve, f"test_{column}")) + list(getattr(curve, f"validation_{column}"))
    return [value for value in values if math.isfinite(value)]


def _accuracy_range_of(curves: Sequence[Curve], earlier: Curve | None) -> list[float]:
    """Return limits in which all accuracies are seen, those of the earlier run from its first epoch on."""
    return accuracy_range([*_values_after_start(curves, "accuracy"), *(earlier.test_accuracy if earlier else ())])


def accuracy_range(values: Sequence[float]) -> list[float]:
    """Return limits of an axis of accuracies (0 to 1) in steps of 5 %, so that they rest while a run moves."""
    lowest = min(values, default=0.0)
    return [math.floor(min(lowest, 0.95) * 20) / 20, 1.002]


def _loss_range(curves: Sequence[Curve]) -> list[float]:
    """Return the limits of the axis, in steps of 0.1 below 1, of 1 below 10, and so on: they rarely change."""
    highest = max(_values_after_start(curves, "loss"), default=1.0)
    step = max(0.1, 10.0 ** math.floor(math.log10(max(highest, 0.1))))
    return [0, step * math.ceil(highest / step + 1e-9)]


def _curve_summary(curves: Sequence[Curve], measure: Measure) -> str:
    parts = [_curve_clause(curve, measure) for curve in curves if len(curve.epochs)]
    if not parts:
        label = Sentence(measure.label)
        return sentence("No {label} yet: the training has not taken its first step.", label=label)
    said = joined(parts, marked("{before}; {part}"))
    return sentence("{parts}.", parts=said)


def _curve_clause(curve: Curve, measure: Measure) -> str:
    label, done = Sentence(measure.label), f"{curve.epochs[-1]:.3g}"
    values = {"name": curve.name, "label": label, "done": done}
    values["value"] = measure.in_words(getattr(curve, measure.column)[-1])
    if done == "1":
        clauses = [sentence("{name}: training {label} {value} after {done} epoch", **values)]
    else:
        clauses = [sentence("{name}: training {label} {value} after {done} epochs", **values)]
    for kind in ("test", "validation"):
        epochs, measured = getattr(curve, f"{kind}_epochs"), getattr(curve, f"{kind}_{measure.column}")
        if len(epochs):
            values = {"kind": Sentence(kind), "value": measure.in_words(measured[-1]), "done": f"{epochs[-1]:.3g}"}
            clauses.append(sentence("{kind} {label} {value} after {done}", label=label, **values))
    clause = joined(clauses)
    if curve.kept_epoch is None:
        return clause
    return sentence("{clause}; the weights of epoch {epoch} are kept", clause=clause, epoch=curve.kept_epoch)
