"""Which pixels speak for one class and which for another, in colours that colour-blind people can tell apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.charts.figure import BLUE, GREY, ORANGE, PAGE, PANEL, Chart, Trace, bare_figure, trace
from mnist_core.evaluation.attribution import GRADIENT_TIMES_INPUT, Attribution
from mnist_core.text.sentence import marked, sentence
from mnist_core.text.words import signed

OUTLINE_LEVEL = 0.25
"""The brightness, 0 to 1, at which the outline of the digit is drawn."""


def attribution_heatmap(attribution: Attribution, image: NDArray[np.floating], one: str, other: str) -> Chart:
    """Draw what each pixel of `image` (28, 28) adds to the logit of class `one` minus that of class `other`.

    Blue pixels speak for `one`, orange ones for `other`. The outline of the digit is drawn over them.
    """
    values = attribution.pixels
    strongest = float(np.abs(values).max()) or 1.0
    heatmap = trace(
        "heatmap",
        z=values,
        zmin=-strongest,
        zmax=strongest,
        colorscale=[[0, ORANGE], [0.5, PANEL], [1, BLUE]],
        showscale=False,
        hovertemplate=marked("Row %{y}, column %{x}: %{z:+.2f}<extra></extra>"),
    )
    hidden = {"visible": False, "constrain": "domain"}
    figure = bare_figure(
        [heatmap, _outline(image)],
        xaxis={**hidden, "range": [-0.5, 27.5]},
        yaxis={**hidden, "range": [27.5, -0.5], "scaleanchor": "x"},
        plot_bgcolor=PAGE,
    )
    said = attribution_sentence(attribution, one, other)
    locations = (_location_sentence(values, one), _location_sentence(-values, other))
    return Chart(figure, sentence("{said} {first} {second}", said=said, first=locations[0], second=locations[1]))


def _outline(image: NDArray[np.floating]) -> Trace:
    """Return the outline of the digit in an image (28, 28), 0 to 1."""
    return trace(
        "contour",
        z=image,
        contours={"start": OUTLINE_LEVEL, "end": OUTLINE_LEVEL, "size": 1, "coloring": "lines"},
        colorscale=[[0, GREY], [1, GREY]],
        line={"width": 1.5},
        showscale=False,
        hoverinfo="skip",
    )


def attribution_sentence(attribution: Attribution, one: str, other: str) -> str:
    """Say what the difference of the two logits consists of: pixels for `one`, pixels for `other`, and the biases."""
    pixels = attribution.pixels
    speaking_for, against = float(pixels[pixels > 0].sum()), float(pixels[pixels < 0].sum())
    biases = (
        sentence("the biases add")
        if attribution.method == GRADIENT_TIMES_INPUT
        else sentence("an empty image already has")
    )
    total = speaking_for + against + attribution.remainder
    return sentence(
        "Pixels that speak for {one} add {pro}, pixels that speak for {other} {contra}; {biases} {remainder}. "
        "Together {total}: the logit of {one} is that much {above} that of {other}.",
        one=one,
        other=other,
        pro=signed(speaking_for),
        contra=signed(against),
        biases=biases,
        remainder=signed(attribution.remainder),
        total=signed(total),
        above=sentence("above") if total >= 0 else sentence("below"),
    )


def _location_sentence(values: NDArray[np.floating], name: str) -> str:
    """Say where in the image the pixels with the largest values are, such as "upper left"."""
    weights = np.maximum(values, 0)
    if not weights.any():
        return sentence("No pixel speaks for {name}.", name=name)
    rows, columns = np.indices(weights.shape)
    down, across = float((weights * rows).sum() / weights.sum()), float((weights * columns).sum() / weights.sum())
    height = sentence("upper") if down < 12 else sentence("lower") if down > 15 else sentence("middle")
    side = sentence("left") if across < 12 else sentence("right") if across > 15 else sentence("centre")
    return sentence("What speaks for {name} lies mostly in the {height} {side}.", name=name, height=height, side=side)
