"""Accuracy and the share of answered images against the threshold on confidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnist_core.charts.figure import BLUE, GREY, ORANGE, Chart, Trace, bare_figure, trace
from mnist_core.evaluation.confidence import Answered
from mnist_core.text.sentence import marked, sentence
from mnist_core.text.words import percent


def accuracy_by_threshold(thresholds: Sequence[float], found: Sequence[Answered], chosen: float) -> Chart:
    """Draw what is answered at each threshold (0 to 1, rising); `chosen`, one of them, is marked.

    The thresholds are equally far apart, as on the slider beside the chart: most answers are close to 1.
    """
    names = [percent_in_short(it) for it in thresholds]
    at = names.index(percent_in_short(chosen))
    shares, accuracies = [it.share for it in found], [it.accuracy for it in found]
    lowest = float(np.nanmin([*shares, *accuracies]))
    figure = bare_figure(
        [_line(names, accuracies, marked("accuracy on these"), BLUE), _line(names, shares, marked("answered"), ORANGE)],
        xaxis={"title": {"text": marked("Threshold on confidence")}, "type": "category", "nticks": 8},
        yaxis={"tickformat": ".0%", "range": [max(-0.02, lowest - 0.1 * (1 - lowest) - 0.01), 1.005]},
        shapes=[{"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": _MARK}],
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        hovermode="x unified",
        uirevision="threshold",
    )
    return Chart(figure, _summary(thresholds, found, chosen))


_MARK = {"color": GREY, "width": 2, "dash": "dot"}


def percent_in_short(fraction: float) -> str:
    """Return a fraction as a percentage with no more decimals than it has: "90 %", "99.5 %"."""
    return f"{100 * fraction:g} %"


def _line(thresholds: Sequence[str], values: Sequence[float], name: str, colour: str) -> Trace:
    return trace(
        "scatter",
        x=list(thresholds),
        y=list(values),
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 2, "dash": "dash" if name == "answered" else "solid"},
        marker={"size": 5},
        hovertemplate="%{y:.2%}",
    )


def _summary(thresholds: Sequence[float], found: Sequence[Answered], chosen: float) -> str:
    at = found[list(thresholds).index(chosen)]
    values = {
        "threshold": percent_in_short(chosen),
        "share": percent(at.share, 1),
        "all": percent(found[0].accuracy, 1),
    }
    if at.share == 0:
        return sentence(
            "With a threshold of {threshold}, {share} of the images are answered; without one, {all}.", **values
        )
    return sentence(
        "With a threshold of {threshold}, {share} of the images are answered, {right} of these correctly; without one, "
        "{all}.",
        right=percent(at.accuracy, 1),
        **values,
    )
