"""The test accuracy of all runs of a class in one chart: thin grey lines, and the best run over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from mnist_core.charts.figure import BLUE, GREY, TEXT, Chart, Trace, bare_figure, trace
from mnist_core.charts.learning_curve import accuracy_range, or_nothing, thinned
from mnist_core.text.escape import for_chart
from mnist_core.text.sentence import Sentence, marked, plural_sentence, sentence
from mnist_core.text.words import percent

_LONGEST_NAME = 60
"""Characters of a name in the chart."""


class ClassCurve(NamedTuple):
    """A run of a class: what it is called, and its test accuracies (0 to 1) after `epochs`, which may be none.

    `may_be_best` is False for a run whose network is of no use, because its training failed.
    """

    name: str
    epochs: Sequence[float]
    accuracies: Sequence[float]
    may_be_best: bool = True


def class_curves(curves: Sequence[ClassCurve], total_epochs: int) -> Chart:
    """Draw the test accuracy of many runs over the epochs; the axis spans `total_epochs`.

    The best run is the one with the highest accuracy after its last tested epoch. It is drawn last, thicker, with
    markers, and has its name at its end.
    """
    tested = [curve for curve in curves if len(curve.epochs)]
    best = max((it for it in tested if it.may_be_best), key=lambda it: it.accuracies[-1], default=None)
    lines = [_line(curve) for curve in tested if curve is not best]
    lines.append(_best_line(best or ClassCurve("", (), ())))
    values = [float(value) for curve in tested for value in curve.accuracies if np.isfinite(value)]
    yaxis: dict[str, Any] = {"title": {"text": marked("Test accuracy")}, "tickformat": ".0%"}
    yaxis |= {"range": accuracy_range(values), "fixedrange": False}
    xaxis: dict[str, Any] = {"title": {"text": marked("Epoch")}, "range": [0, total_epochs * 1.02], "fixedrange": False}
    if total_epochs <= 10:
        xaxis["dtick"] = 1
    figure = bare_figure(lines, xaxis=xaxis, yaxis=yaxis, dragmode="zoom", hovermode="closest", uirevision="class")
    if best is not None:
        _name_best(figure, best, total_epochs)
    return Chart(figure, _summary(len(curves), tested, best))


def _line(curve: ClassCurve) -> Trace:
    return _scatter(curve, {"color": GREY, "width": 1.5}, {"color": GREY, "size": 4}, opacity=0.75)


def _best_line(curve: ClassCurve) -> Trace:
    return _scatter(curve, {"color": BLUE, "width": 4}, {"color": BLUE, "size": 11, "symbol": "diamond"})


def _scatter(curve: ClassCurve, line: dict[str, Any], marker: dict[str, Any], opacity: float = 1.0) -> Trace:
    return trace(
        "scatter",
        x=or_nothing(thinned(curve.epochs)),
        y=or_nothing(thinned(curve.accuracies)),
        name=for_chart(curve.name, _LONGEST_NAME),
        mode="lines+markers",  # a line of one point would be invisible
        line=line,
        marker=marker,
        opacity=opacity,
        hovertemplate="<b>%{fullData.name}</b><br>%{y:.2%}<extra></extra>",
    )


def _name_best(figure: go.Figure, best: ClassCurve, total_epochs: int) -> None:
    x, y = float(best.epochs[-1]), float(best.accuracies[-1])
    text = f"<b>{for_chart(best.name, _LONGEST_NAME)}: {percent(y)}</b>"
    side = "right" if x > total_epochs / 2 else "left"
    place = {"x": x, "y": y, "xanchor": side, "yanchor": "bottom", "yshift": 10}  # no curve ends above it
    figure.add_annotation(text=text, showarrow=False, font={"color": TEXT}, **place)


def _summary(runs: int, tested: Sequence[ClassCurve], best: ClassCurve | None) -> Sentence:
    if not runs:
        return sentence("No runs yet: they appear here as soon as somebody trains.")
    if best is None:
        return plural_sentence(
            "{number} run; none has been tested after an epoch yet.",
            "{number} runs; none has been tested after an epoch yet.",
            runs,
        )
    values = {"name": best.name, "best": percent(best.accuracies[-1]), "epoch": f"{best.epochs[-1]:.3g}"}
    if runs == 1:
        return sentence("1 run: {name} with {best} on the test images after epoch {epoch}.", **values)
    return sentence(
        "{runs} runs. Best on the test images: {name} with {best} after epoch {epoch}; the lowest has {lowest}.",
        runs=runs,
        lowest=percent(min(curve.accuracies[-1] for curve in tested)),
        **values,
    )
