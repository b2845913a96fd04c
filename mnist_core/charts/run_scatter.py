"""Parts of scatter plots with one point for each run: the points and the axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mnist_core.charts.figure import BLUE, MUTED_TEXT, Trace, trace
from mnist_core.ledger import column
from mnist_core.text.escape import for_chart

LOGARITHMIC_RATIO = 20
"""The ratio of largest to smallest value above which the axis of a positive setting is logarithmic."""


def accuracy_axis(measure: str) -> dict[str, Any]:
    """Return the vertical axis for an accuracy column of the ledger.

    Around a single accuracy, plotly would draw the axis from one below it to one above.
    """
    limits = {"clipmin": -0.03, "clipmax": 1.03}  # whole markers have room at 0 and 100 %
    return {
        "title": {"text": column(measure).label},
        "tickformat": ".3~%",
        "fixedrange": False,
        "autorangeoptions": limits,
    }


def scatter_of_runs(frame: pd.DataFrame, measure: str, x: Any, marked: Sequence[int]) -> Trace:
    """Return runs as points (x, accuracy `measure`); `marked` runs are larger and have an outline."""
    is_marked = frame["run"].isin(list(marked))
    return trace(
        "scatter",
        x=list(x),
        y=frame[measure].to_numpy(float),
        mode="markers",
        marker={
            "size": np.where(is_marked, 12, 8),
            "color": BLUE,
            "opacity": 0.75,
            "line": {"width": np.where(is_marked, 2, 0), "color": MUTED_TEXT},
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
    if low > 0 and high / low >= LOGARITHMIC_RATIO:
        return {"type": "log", "dtick": "D2", "tickformat": "~s"}
    return {"tickformat": "~s" if high >= 10_000 else "~g"}
