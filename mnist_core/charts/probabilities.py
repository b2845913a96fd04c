"""The probabilities that a network gives to each class, as bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.charts.figure import BLUE, CLASS_AXIS, GREY, Chart, bare_figure
from mnist_core.text.escape import for_chart
from mnist_core.text.sentence import sentence
from mnist_core.text.words import percent


def probability_bars(probabilities: NDArray[np.floating], class_names: Sequence[str]) -> Chart:
    """Draw the probabilities (classes,) that a network gives to each class; the largest is emphasised."""
    best, second = np.argsort(-probabilities, kind="stable")[:2]
    colors = [BLUE if index == best else GREY for index in range(len(probabilities))]
    percents = [percent(value, 1) for value in probabilities]
    bars = go.Bar(
        x=[for_chart(name) for name in class_names],
        y=probabilities,
        marker_color=colors,
        text=[text if value >= 0.005 else "" for text, value in zip(percents, probabilities, strict=True)],
        textposition="outside",
        cliponaxis=False,
        customdata=percents,
        hovertemplate="%{x}: %{customdata}<extra></extra>",
    )
    figure = bare_figure(
        [bars], xaxis=CLASS_AXIS, yaxis={"range": [0, 1.08], "tickvals": [0, 0.5, 1], "tickformat": ".0%"}
    )
    return Chart(
        figure,
        sentence(
            "Most likely {first} ({likely}), then {second} ({less}).",
            first=class_names[best],
            likely=percents[best],
            second=class_names[second],
            less=percents[second],
        ),
    )
