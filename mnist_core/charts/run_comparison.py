"""The curves of several runs in one chart, over epochs, steps or seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.charts.figure import SERIES, Chart, Trace, bare_figure, trace
from mnist_core.charts.learning_curve import accuracy_range, or_nothing, thinned
from mnist_core.runs import History
from mnist_core.text.escape import for_chart
from mnist_core.text.words import counted, percent

DASHES = ("solid", "dash", "dot", "dashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up")
MOST_MARKERS = 60
"""Curves of at most this many points have markers. Without them, a curve of one point would be invisible."""

Values = NDArray[np.floating]


class RunCurve(NamedTuple):
    """The data of one run's curve. `seconds` is its total training time, for old runs whose points have no times."""

    name: str
    history: History
    seconds: float


class View(NamedTuple):
    """How curves are drawn.

    `measure` is a field of `ProgressPoint`, `over` one of "epochs", "steps", "seconds". `smooth` is the weight of the
    past, from 0 to below 1. With `log`, the vertical axis is logarithmic, and accuracies are drawn as error rates.
    Otherwise, 98 % and 99 % could not be told apart on it.
    """

    measure: str = "test_accuracy"
    over: str = "epochs"
    smooth: float = 0.0
    log: bool = False


_LABELS = {
    "test_accuracy": "Test accuracy",
    "accuracy": "Training accuracy, mean of the epoch",
    "validation_accuracy": "Validation accuracy",
    "test_loss": "Test loss",
    "loss": "Training loss, mean of the epoch",
    "validation_loss": "Validation loss",
}
_AXES = {"epochs": "Epoch", "steps": "Step", "seconds": "Seconds of training"}


def compared_curves(curves: Sequence[RunCurve], view: View, total_epochs: int | None = None) -> Chart:
    """Draw the runs' curves of one measure together; hovering names the run.

    For accuracies over `total_epochs` epochs, legend and limits of both axes rest while the curves grow.
    """
    drawn = [(curve.name, *_points(curve, view)) for curve in curves]
    named = [(name, or_nothing(x), or_nothing(y)) for name, x, y in drawn] if total_epochs is not None else drawn
    lines = [_line(name, x, y, index, view) for index, (name, x, y) in enumerate(named)]
    yaxis: dict[str, Any] = {"title": {"text": _title(view)}, "fixedrange": False, "tickformat": _tick_format(view)}
    if view.log:
        yaxis |= {"type": "log", "dtick": "D2"}
    xaxis: dict[str, Any] = {"title": {"text": _AXES[view.over]}, "rangemode": "tozero", "fixedrange": False}
    layout: dict[str, Any] = {}
    if total_epochs is not None:
        layout["legend"] = {"font": {"size": 12}}  # the chart of an experiment is low, and may have a row for each run
        xaxis["range"] = [0, total_epochs * 1.02]
        yaxis["range"] = accuracy_range([float(value) for _, _, y in drawn for value in y])
    revision = f"{view.measure} {view.over} {view.log}"  # another view does not keep the zoom
    layout |= {"xaxis": xaxis, "yaxis": yaxis, "uirevision": revision}
    figure = bare_figure(lines, showlegend=True, dragmode="zoom", hovermode="closest", **layout)
    return Chart(figure, _summary(drawn, view))


def _points(curve: RunCurve, view: View) -> tuple[Values, Values]:
    """Return the horizontal and the vertical values (n,) of a curve as drawn."""
    points = [point for point in curve.history.points if getattr(point, view.measure) is not None]
    values = np.array([getattr(point, view.measure) for point in points], dtype=float)
    x = _positions(curve, view.over)[[getattr(p, view.measure) is not None for p in curve.history.points]]
    if view.log and _is_accuracy(view):
        values = 1 - values
    values = smoothed(values, view.smooth)
    return thinned(x), thinned(values)


def _positions(curve: RunCurve, over: str) -> Values:
    """Return the position of each point on the horizontal axis.

    In seconds, points without a time are placed as if the run had had a constant speed.
    """
    steps = np.array(curve.history.column("step"), dtype=float)
    if over == "steps" or not len(steps):
        return steps
    if over == "epochs":
        return steps / curve.history.steps_per_epoch
    at_constant_speed = curve.seconds * steps / steps[-1]
    times = zip(curve.history.points, at_constant_speed, strict=True)
    return np.array([seconds if point.seconds is None else point.seconds for point, seconds in times])


def smoothed(values: Values, weight: float) -> Values:
    """Return the exponential moving average (n,), with bias correction as in TensorBoard and in Adam.

    Source of the correction: Kingma and Ba, Adam (2015), section 3. Values that are not finite are returned unchanged
    and do not enter the average.
    """
    if weight == 0:
        return values
    mean = norm = 0.0
    result = np.array(values, dtype=float)
    for index, value in enumerate(values):
        if np.isfinite(value):
            mean, norm = weight * mean + (1 - weight) * value, weight * norm + (1 - weight)
            result[index] = mean / norm
    return result


def _line(name: str, x: Values, y: Values, index: int, view: View) -> Trace:
    """Return one curve. When all colours are used, the next curves differ in their line style."""
    style = index // len(SERIES)
    hover = ":.2%" if _is_accuracy(view) else ":.4f"
    return trace(
        "scatter",
        x=x,
        y=y,
        name=for_chart(name),
        mode="lines+markers" if len(x) <= MOST_MARKERS else "lines",
        line={"color": SERIES[index % len(SERIES)], "width": 2, "dash": DASHES[style % len(DASHES)]},
        marker={"size": 7, "symbol": SYMBOLS[style % len(SYMBOLS)]},
        hovertemplate=f"<b>%{{fullData.name}}</b><br>%{{y{hover}}} at %{{x:.4~g}}<extra></extra>",
    )


def _is_accuracy(view: View) -> bool:
    return view.measure.endswith("accuracy")


def _title(view: View) -> str:
    label = _LABELS[view.measure]
    return label.replace("accuracy", "error (logarithmic)") if view.log and _is_accuracy(view) else label


def _tick_format(view: View) -> str:
    return ".3~%" if _is_accuracy(view) else ".3~g"


def _summary(drawn: Sequence[tuple[str, Values, Values]], view: View) -> str:
    number: Callable[[float], str] = percent if _is_accuracy(view) else "{:.4f}".format
    ends = [f"{name} ends at {number(float(y[-1]))}" for name, _, y in drawn if len(y)]
    if not ends:
        return f"No {_LABELS[view.measure].lower()} yet: none of these runs has got that far."
    return f"{_title(view)} of {counted(len(drawn), 'run')}: {'; '.join(ends)}."
