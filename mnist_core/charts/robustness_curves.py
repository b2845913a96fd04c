"""Accuracy against the strength of a disturbance: a curve for each network, and the level that is told in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.charts.figure import GREY, SERIES, Chart, Trace, bare_figure, trace
from mnist_core.charts.run_comparison import DASHES, SYMBOLS
from mnist_core.evaluation.disturbances import Disturbance
from mnist_core.evaluation.robustness import LEVEL, limits_of
from mnist_core.text.escape import for_chart
from mnist_core.text.sentence import joined, marked, sentence
from mnist_core.text.words import percent


class RobustnessCurve(NamedTuple):
    """The accuracies (n,) of a network at the strengths of a disturbance."""

    name: str
    accuracies: NDArray[np.floating]


def robustness_curves(disturbance: Disturbance, curves: Sequence[RobustnessCurve], at: float) -> Chart:
    """Draw the curves of several networks, a line at `LEVEL`, and one at the strength `at`."""
    as_percentage = disturbance.shown_times == 100
    figure = bare_figure(
        [_line(disturbance, curve, index) for index, curve in enumerate(curves)],
        xaxis={"title": {"text": disturbance.axis}, "tickformat": ".0%" if as_percentage else "~g", "zeroline": False},
        yaxis={"title": {"text": marked("Accuracy")}, "tickformat": ".0%", "range": [0, 1.02]},
        showlegend=len(curves) > 1,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="x unified",
        shapes=[_guide("y", LEVEL, "dot"), _guide("x", at, "solid")],
        uirevision=disturbance.name,
    )
    return Chart(figure, joined([in_words(disturbance, curve) for curve in curves], marked("{before} {part}")))


def in_words(disturbance: Disturbance, curve: RobustnessCurve) -> str:
    """Say in a sentence what a network reads undisturbed, and where its accuracy falls below `LEVEL`."""
    plain = float(curve.accuracies[disturbance.strengths.index(0)])
    values = {"name": curve.name, "accuracy": percent(plain), "level": percent(LEVEL, 0)}
    limits = [limit for limit in reversed(limits_of(disturbance.strengths, curve.accuracies)) if limit is not None]
    if plain < LEVEL:
        return sentence(
            "{name} reads {accuracy} of the unchanged images, so it is below {level} without any disturbance.", **values
        )
    if not limits:
        return sentence("{name} reads {accuracy} of the unchanged images and never falls below {level}.", **values)
    told = dict.fromkeys(disturbance.in_words(it) if it else sentence("the slightest change") for it in limits)
    strengths = joined(list(told), marked("{before} or {part}"))
    return sentence(
        "{name} reads {accuracy} of the unchanged images and falls below {level} at {strengths}.",
        strengths=strengths,
        **values,
    )


def _line(disturbance: Disturbance, curve: RobustnessCurve, index: int) -> Trace:
    return trace(
        "scatter",
        x=disturbance.strengths,
        y=curve.accuracies,
        name=for_chart(curve.name),
        mode="lines+markers",
        line={"color": SERIES[index % len(SERIES)], "width": 2, "dash": DASHES[index % len(DASHES)]},
        marker={"size": 7, "symbol": SYMBOLS[index % len(SYMBOLS)]},
        hovertemplate="%{y:.2%}",
    )


def _guide(axis: str, position: float, dash: str) -> dict[str, Any]:
    """Return a line across the whole chart at a position on an axis."""
    other = {"x": "y", "y": "x"}[axis]
    ends = {f"{axis}0": position, f"{axis}1": position, f"{other}0": 0, f"{other}1": 1, f"{other}ref": "paper"}
    return {"type": "line", **ends, "line": {"color": GREY, "width": 1, "dash": dash}, "layer": "below"}
