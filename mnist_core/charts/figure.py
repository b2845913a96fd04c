"""Shared by all charts: the `Chart` of figure and summary, the colours, and a figure without a template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

# These have a contrast of at least 3 to 1 on white and on near-black, and colour-blind people can tell them apart.
BLUE, ORANGE, GREEN = "#2F80C9", "#D55E00", "#009E73"
SERIES = (BLUE, ORANGE, GREEN, "#B85C92", "#A6761D", "#7570B3")
GREY = "#8791A0"

# Colours of Streamlit's theme, which pages/components/plot/plot.py fills in: it also adds fonts, grid and background.
TEXT, MUTED_TEXT = "var(--st-text-color)", "var(--st-gray-color)"
PAGE, PANEL = "var(--st-background-color)", "var(--st-secondary-background-color)"
FAINT_ORANGE, STRONG_ORANGE = "var(--st-orange-background-color)", "var(--st-orange-color)"

CLASS_AXIS: dict[str, Any] = {"type": "category", "showgrid": False, "ticks": ""}


Trace = dict[str, Any]
"""Some data of a figure and how it is drawn, as plotly names it: "type" and the properties of this type."""

_NO_TEMPLATE = {"data": {"scatter": [{"type": "scatter"}]}}
"""What plotly makes of the name "none". Its usual template has 6 kB, which each update would send."""


class Chart(NamedTuple):
    """A figure, and a one-sentence summary for people who cannot see it."""

    figure: go.Figure
    summary: str


def trace(kind: str, /, **properties: Any) -> Trace:
    """Return a trace of a kind that plotly knows, such as "scatter"."""
    return {"type": kind, **properties}


def bare_figure(traces: Sequence[Trace], **layout: Any) -> go.Figure:
    """Return a figure without plotly's template and, unless `layout` says so, without zooming."""
    fixed: dict[str, Any] = {"fixedrange": True}
    axes = {name: {**fixed, **layout.pop(name, {})} for name in ("xaxis", "yaxis")}
    return unchecked_figure(traces, {"showlegend": False, "dragmode": False, **layout, **axes})


def unchecked_figure(traces: Sequence[Trace], layout: dict[str, Any]) -> go.Figure:
    """Return a figure without plotly's template that plotly does not check.

    The check takes ten times as long as all the rest, at each update of a chart; the tests of the charts make it.
    """
    return go.Figure({"data": list(traces), "layout": {"template": _NO_TEMPLATE, **layout}}, _validate=False)
