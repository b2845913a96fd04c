"""The reliability diagram: accuracy against confidence."""

from __future__ import annotations

from mnist_core.charts.figure import BLUE, GREY, Chart, bare_figure, trace
from mnist_core.evaluation.confidence import Calibration
from mnist_core.text.sentence import joined, marked, sentence
from mnist_core.text.words import counted, percent

_AXIS = {"tickformat": ".0%", "range": [-0.03, 1.03]}


def reliability_diagram(found: Calibration) -> Chart:
    """Draw accuracy against confidence, with 95 % intervals; on the dotted diagonal, both are equal.

    Source: DeGroot and Fienberg, "The comparison and evaluation of forecasters", The Statistician 32 (1983).
    """
    equal = trace(
        "scatter", x=[0, 1], y=[0, 1], mode="lines", line={"color": GREY, "width": 1.5, "dash": "dot"}, hoverinfo="skip"
    )
    measured = trace(
        "scatter",
        x=found.confidence,
        y=found.accuracy,
        mode="lines+markers",
        line={"color": BLUE, "width": 2},
        marker={"size": 9},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": found.high - found.accuracy,
            "arrayminus": found.accuracy - found.low,
            "color": BLUE,
            "thickness": 1,
        },
        customdata=[counted(int(count), "image") for count in found.counts],
        hovertemplate="%{customdata}: %{x:.1%} confident, %{y:.1%} correct<extra></extra>",
    )
    figure = bare_figure(
        [equal, measured],
        xaxis={"title": {"text": marked("Confidence")}, **_AXIS},
        yaxis={"title": {"text": marked("Accuracy")}, **_AXIS},
        uirevision="reliability",
    )
    return Chart(figure, _summary(found))


def _summary(found: Calibration) -> str:
    parts = [
        sentence(
            "{accuracy} correct at {confidence} confidence ({images})",
            accuracy=percent(accuracy, 0),
            confidence=percent(confidence, 0),
            images=counted(int(count), "image"),
        )
        for count, confidence, accuracy in zip(found.counts, found.confidence, found.accuracy, strict=True)
    ]
    return sentence("{parts}.", parts=joined(parts, marked("{before}; {part}")))
