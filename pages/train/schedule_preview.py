"""A preview of the learning-rate schedule, under its choice."""

from __future__ import annotations

from typing import Any

from mnist_core.charts.learning_rate import schedule_preview
from mnist_core.config import ConfigError, TrainConfig
from pages.components.plot.plot import plot

HEIGHT = 90


def show_schedule(values: dict[str, Any]) -> None:
    """Draw the rate that the settings plan, if it changes; nothing where a setting that it depends on is refused."""
    names = ("epochs", "optimizer", "learning_rate", "schedule")
    try:
        config = TrainConfig(**{name: values[name] for name in names})
    except ConfigError:  # the page says so under the setting
        return
    if config.schedule != TrainConfig.schedule:
        chart = schedule_preview(config)
        plot(chart.figure, key="schedule_preview", summary=chart.summary, height=HEIGHT)
