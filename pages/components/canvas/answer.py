"""The answer beside the drawing canvas. While the pen is down, the browser asks a route for it, without a rerun.

The canvas itself reports a stroke only when it is finished. This component copies its pixels meanwhile. See README.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import streamlit as st

from pages.components.javascript import joined_javascript

SIDE = 140
"""Width and height of the copied picture in pixels: half of the canvas's."""

PIXELS = SIDE * SIDE
"""Bytes of a picture: grey pixels, row after row, ink 255 on 0."""

_answer = st.components.v2.component(
    "digits_answer",
    html='<div class="answer-box"></div>',
    css=Path(__file__).with_name("answer.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("answer.js")),
    isolate_styles=False,
)


class Live(NamedTuple):
    """How the answer follows the pen on a canvas.

    `key`: of the canvas; `address`: of the route that answers pictures of it, relative to the app's; `at`: when the
    browser sent the drawing that the page's own answer is about, as `canvas.drawn_at`.
    """

    key: str
    address: str
    at: int


def show_answer_html(html: str, live: Live | None) -> None:
    """Show an answer that was written for the page; "" for none.

    With `live` it is that to the canvas's drawing: while the pen is down, and until the answer to the finished drawing
    comes, the browser shows what the route answers in its place.
    """
    data = {"html": html, "at": live.at if live else 0, "live": None}
    if live:
        data["live"] = {"box": f"st-key-{live.key}_box", "address": live.address}
    _answer(key="digits_answer", data=data)
