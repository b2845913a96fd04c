"""Shared by all charts: the `Chart` of figure and summary, the colours, and a figure without a template."""

from __future__ import annotations

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


class Chart(NamedTuple):
    """A figure, and a one-sentence summary for people who cannot see it."""

    figure: go.Figure
    summary: str


def bare_figure(traces: list[go.Bar] | list[go.Heatmap] | list[go.Scatter], **layout: Any) -> go.Figure:
    """Return a figure without plotly's template (6 kB in each update) and, unless `layout` says so, without zooming."""
    fixed: dict[str, Any] = {"fixedrange": True}
    axes = {name: {**fixed, **layout.pop(name, {})} for name in ("xaxis", "yaxis")}
    return go.Figure(traces, {"template": "none", "showlegend": False, "dragmode": False, **layout, **axes})
