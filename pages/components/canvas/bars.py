"""The bars of all probabilities, below the answer. While the pen is down, they follow it as the answer does."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components.javascript import joined_javascript

_bars = st.components.v2.component(
    "digits_bars",
    html='<div class="bars-box"></div>',
    js=joined_javascript(Path(__file__).with_name("bars.js")),
    isolate_styles=False,
)


def show_live_bars(html: str, at: int) -> None:
    """Show bars that were written for the page; "" for none, until the answer to a picture of the canvas comes.

    `at` is when the browser sent the drawing that they are about, as `canvas.drawn_at`.
    """
    _bars(key="digits_bars", data={"html": html, "at": at})
