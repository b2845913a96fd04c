"""The probabilities that a network gives to each class, as bars."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.charts.figure import BLUE, CLASS_AXIS, GREY, Chart, bare_figure, trace
from mnist_core.text.escape import for_chart
from mnist_core.text.sentence import sentence
from mnist_core.text.words import percent


def probability_bars(probabilities: NDArray[np.floating], class_names: Sequence[str]) -> Chart:
    """Draw the probabilities (classes,) that a network gives to each class; the largest is emphasised."""
    bars = trace(
        "bar",
        x=[for_chart(name) for name in class_names],
        **_heights(probabilities),
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{customdata}<extra></extra>",
    )
    figure = bare_figure(
        [bars], xaxis=CLASS_AXIS, yaxis={"range": [0, 1.08], "tickvals": [0, 0.5, 1], "tickformat": ".0%"}
    )
    return Chart(figure, _summary(probabilities, class_names))


def probability_bars_as_json(probabilities: NDArray[np.floating], class_names: tuple[str, ...]) -> tuple[str, str]:
    """Return the figure of `probability_bars` as JSON, and its summary, in a tenth of the time that plotly takes."""
    figure = _empty_figure(class_names)
    bars = figure["data"][0] | _heights(probabilities)
    return json.dumps(figure | {"data": [bars]}), _summary(probabilities, class_names)


@lru_cache(maxsize=64)
def _empty_figure(class_names: tuple[str, ...]) -> dict[str, Any]:
    figure: dict[str, Any] = json.loads(probability_bars(np.zeros(len(class_names)), class_names).figure.to_json())
    return figure


def _heights(probabilities: NDArray[np.floating]) -> dict[str, Any]:
    """Return the properties of the bars that depend on the probabilities."""
    percents = [percent(value, 1) for value in probabilities]
    best = int(probabilities.argmax())
    return {
        "y": probabilities.tolist(),
        "marker": {"color": [BLUE if index == best else GREY for index in range(len(probabilities))]},
        "text": [text if value >= 0.005 else "" for text, value in zip(percents, probabilities, strict=True)],
        "customdata": percents,
    }


def _summary(probabilities: NDArray[np.floating], class_names: Sequence[str]) -> str:
    first, second = np.argsort(-probabilities, kind="stable")[:2]
    return sentence(
        "Most likely {first} ({likely}), then {second} ({less}).",
        first=class_names[first],
        likely=percent(probabilities[first], 1),
        second=class_names[second],
        less=percent(probabilities[second], 1),
    )
