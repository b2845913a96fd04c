"""Parts of the scatter plots in which each run is a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mnist_core.charts.figure import BLUE, MUTED_TEXT
from mnist_core.ledger import column
from mnist_core.text.escape import for_chart

WIDE_RANGE = 20
"""From this ratio of largest to smallest on, a positive setting gets a logarithmic axis."""


def accuracy_axis(measure: str) -> dict[str, Any]:
    """Return the vertical axis for an accuracy column of the ledger."""
    return {"title": {"text": column(measure).label}, "tickformat": ".3~%", "fixedrange": False}


def scatter_of_runs(frame: pd.DataFrame, measure: str, x: Any, marked: Sequence[int]) -> go.Scatter:
    """Return runs as points (x, accuracy `measure`); `marked` runs are larger and have an outline."""
    chosen = frame["run"].isin(list(marked))
    return go.Scatter(
        x=list(x),
        y=frame[measure].to_numpy(float),
        mode="markers",
        marker={
            "size": np.where(chosen, 12, 8),
            "color": BLUE,
            "opacity": 0.75,
            "line": {"width": np.where(chosen, 2, 0), "color": MUTED_TEXT},
        },
        customdata=[f"Run {run}{': ' + for_chart(name) if name else ''}" for run, name in _names(frame)],
        hovertemplate="<b>%{customdata}</b><br>%{y:.2%} at %{x}<extra></extra>",
        name="runs",
    )


def _names(frame: pd.DataFrame) -> list[tuple[int, str]]:
    return list(zip(frame["run"], frame["name"], strict=True))


def number_axis(values: pd.Series) -> dict[str, Any]:
    """Return a horizontal axis for the values of a setting or cost, logarithmic for a wide range."""
    low, high = values.min(), values.max()
    if low > 0 and high / low >= WIDE_RANGE:
        return {"type": "log", "dtick": "D2", "tickformat": "~s"}
    return {"tickformat": "~s" if high >= 10_000 else "~g"}
