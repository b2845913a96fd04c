"""The learning rate over the epochs: that of a run, and a preview of a schedule."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.charts.figure import BLUE, GREY, Chart, Trace, bare_figure, trace
from mnist_core.charts.learning_curve import Column, or_nothing, thinned
from mnist_core.config import SCHEDULES, TrainConfig, value_in_words
from mnist_core.text.sentence import marked
from mnist_core.text.words import counted

PREVIEW_POINTS = 200
"""The points of a planned schedule. It has them at equal distances, whatever the number of steps."""

MIN_HEIGHT = 40
"""The height of the plot area in pixels that the ticks leave it at least; Plotly's own 64 would cut the ticks off."""


def schedule_preview(config: TrainConfig) -> Chart:
    """Draw the learning rate that the settings plan, over their epochs."""
    margin = {"t": 4, "r": 4, "b": 4, "l": 4}
    return Chart(_figure([_planned(config, BLUE)], config, {}, margin=margin), _summary(config))


def learning_rate_curve(epochs: Column, rates: Column, config: TrainConfig) -> Chart:
    """Draw the rates of a run after so many epochs (with fractions), over what its schedule plans."""
    done = trace(
        "scatter",
        x=or_nothing(thinned(epochs)),
        y=or_nothing(thinned(rates)),
        name=marked("so far"),
        mode="lines",
        line={"color": BLUE, "width": 2},
        hovertemplate="%{y:.3~g}",
    )
    title = {"title": {"text": marked("Learning<br>rate")}}
    figure = _figure([_planned(config, GREY), done], config, title, minreducedheight=MIN_HEIGHT)
    return Chart(figure, f"{_summary(config)} {_now(epochs, rates)}")


def _planned(config: TrainConfig, colour: str) -> Trace:
    return trace(
        "scatter",
        x=np.linspace(0, config.epochs, PREVIEW_POINTS + 1, dtype=np.float32),
        y=_rates(config).astype(np.float32),
        name=marked("planned"),
        mode="lines",
        line={"color": colour, "width": 2 if colour == BLUE else 1},
        hovertemplate="%{y:.3~g}",
    )


def _rates(config: TrainConfig) -> NDArray[np.float64]:
    steps = range(PREVIEW_POINTS + 1)
    return np.array([config.learning_rate_at(step, PREVIEW_POINTS) for step in steps])


def _figure(lines: list[Trace], config: TrainConfig, title: dict[str, Any], **layout: Any) -> go.Figure:
    """Draw the lines; `title` is that of the axis of rates, if it has one."""
    xaxis = {"range": [0, config.epochs * 1.01], "tickformat": "~f"}
    yaxis = {"range": [0, 1.08 * config.learning_rate], "tickformat": ".2~g", "nticks": 4, **title}
    return bare_figure(lines, xaxis=xaxis, yaxis=yaxis, hovermode="x unified", **layout)


def _summary(config: TrainConfig) -> str:
    """Say how the rate changes: "Learning rate, cosine schedule: from 0.001 to 0 in 5 epochs, ..."."""
    rates = _rates(config)
    first, highest, last = (value_in_words(float(f"{rate:.2g}")) for rate in (rates[0], rates.max(), rates[-1]))
    way = f"from {first} to {last}" if first == highest else f"from {first} over {highest} to {last}"
    over = f"over {counted(config.epochs, 'epoch')}"
    return f"Learning rate {way} {over}, {config.schedule} schedule: {SCHEDULES[config.schedule].words}."


def _now(epochs: Column, rates: Column) -> str:
    if not len(rates):
        return "The training has not taken its first step."
    done = f"{epochs[-1]:.3g}"
    return f"After {done} epoch{'' if done == '1' else 's'} it is {value_in_words(float(f'{rates[-1]:.3g}'))}."
