"""The one chart component: any plotly figure, updated in place, in the colours of Streamlit's theme.

`st.plotly_chart` rebuilds its chart whenever the data change - it flickers and loses its zoom - and says
nothing of clicks on a heatmap. This component hands the figure to `Plotly.react` in plot.js instead.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from pages.components.javascript import joined_javascript
from pages.components.plot.figure_language import figure_json
from pages.visit import session
from pages.visit.language import _, current_language

_HTML = """
<div class="digits-plot-frame"><div class="digits-plot" role="figure"></div></div>
<p class="digits-plot-fallback" hidden></p>
"""

_CSS = """
.digits-plot-frame { width: 100%; overflow: auto hidden; }
.digits-plot { width: 100%; overflow: hidden; }
.digits-plot.clickable .nsewdrag { cursor: pointer; }
.digits-plot.labels-clickable :is(.xtick, .ytick) text { cursor: pointer; pointer-events: all; }
.digits-plot .parcoords .axis :is(path, line) { stroke: var(--st-text-color) !important; }
.digits-plot-fallback { margin: 0; color: var(--st-text-color); }
"""

_component = st.components.v2.component(
    "digits_plot",
    html=_HTML,
    css=_CSS,
    js=joined_javascript(Path(__file__).with_name("plot.js")),
    # Plotly puts its style sheet into the document's head, where a shadow root would not see it.
    isolate_styles=False,
)


def plot(
    figure: go.Figure | str,
    *,
    key: str,
    summary: str,
    height: int | str = 320,
    on_click: Callable[[int, int], None] | None = None,
    on_label_click: Callable[[int | None, int | None], None] | None = None,
    on_brush: Callable[[list[Any]], None] | None = None,
    min_width: int = 0,
    at: float = 0,
) -> None:
    """Draw `figure`, `height` pixels high and as wide as its container; later calls with this `key` update it.

    A height may also be one of CSS, such as "clamp(20rem, 60dvh, 40rem)", to use the room that a screen has. Pixels
    are reserved at once, so that nothing moves when plotly.js is loaded. Where there is less room than `min_width`
    pixels, the chart scrolls sideways. `summary` describes the chart in a sentence: screen readers read it, and it
    replaces the chart if plotly.js cannot be loaded. Colours may be CSS variables of the theme, such as
    "var(--st-text-color)", and follow it from light to dark.

    `at` is for charts that other components update by the event `digits-plot`: the time of this figure, by the same
    clock as that of the updates. An older figure never replaces a newer one. A text is the figure as `figure_json`
    writes it, which takes longer than all else: for charts that are the same for many visits, and in a cache.

    `on_click` is called as Streamlit's callbacks are, before the rerun, when a cell of a heatmap with categories on
    both axes is clicked: with the numbers of its row and column, in the order of the axes' categories.

    `on_label_click` likewise, when the name of a row, to the left of the heatmap, or of a column, above it, is clicked:
    with the number of the row and None, or with None and the number of the column.

    `on_brush` likewise, when ranges are brushed along the axes of parallel coordinates, or brushes are removed:
    with all ranges that remain, each as `{"name": of the dimension, "low": ..., "high": ...}`.
    """

    def clicked() -> None:
        result: Any = session.widget(key, None)
        if on_click and result and result.click:
            row, column = (None if number is None else int(number) for number in result.click)
            if row is not None and column is not None:
                on_click(row, column)
            elif on_label_click:
                on_label_click(row, column)

    def brushed() -> None:
        result: Any = session.widget(key, None)
        if on_brush and result and result.brush is not None:
            on_brush(result.brush if isinstance(result.brush, list) else [])

    data: dict[str, Any] = {
        "figure": figure_json(figure, current_language()) if isinstance(figure, go.Figure) else figure,
        "summary": _(summary),
        "height": height,
        "clickable": on_click is not None,
    }
    data["name"] = key  # of the file, when somebody saves the chart
    data["labelsClickable"] = on_label_click is not None
    data |= {"brushable": on_brush is not None, "minWidth": min_width, "at": at}
    reserved: int | Literal["content"] = height if isinstance(height, int) else "content"
    _component(key=key, data=data, height=reserved, on_click_change=clicked, on_brush_change=brushed)


def prepare_plots() -> None:
    """Let the browser load plotly.js in a quiet moment, where charts will be wanted soon: it takes a second or more."""
    _component(key="prepare_plots", data=None, height=0)
