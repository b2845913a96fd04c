"""The drawing canvas: that of streamlit-drawable-canvas, with undo and clear, kept over reruns and visits.

The browser keeps the strokes, see README.md. What it sends is checked before it is used.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from pages.components.canvas.drawing import EMPTY, SIDE, Drawing, parse, sent_at
from pages.components.javascript import joined_javascript
from pages.visit import session, visit_cache
from pages.visit.language import _

_canvas = st.components.v2.component(
    "digits_canvas",
    html='<div class="canvas-root"></div>',
    css=Path(__file__).with_name("canvas.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("canvas.js")),
    isolate_styles=False,
)


NOTHING: dict[str, int] = {"at": 0, "strokes": 0}
"""The value of a canvas from which nothing was taken off."""


def canvas(key: str, brush: int) -> Drawing:
    """Draw the canvas, with a brush `brush` pixels wide, and return what is on it.

    A stroke, undo and clear rerun the script (or the fragment). The canvas undoes and clears by itself when the buttons
    with the keys `key`_undo and `key`_clear are pressed. Raises `DrawingError` for what no canvas would send.
    """
    known: Drawing = visit_cache.get(key, EMPTY)
    drawing = current_drawing(key)
    visit_cache.put(key, drawing, len(drawing.png))
    with st.container(key=f"{key}_box"):
        _canvas(
            key=f"{key}_canvas",
            data={
                "key": f"st-key-{key}",
                "side": SIDE,
                "brush": brush,
                "strokes": len(known.widths),
                "drawOver": session.get(f"{key}_draw_over", None),
                "received": drawn_at(key),
                "taken": session.get(f"{key}_taken", NOTHING),
                "label": _("Canvas: draw here with the mouse, a finger or a pen"),
                "missing": _("The canvas could not be loaded. Reload the page."),
            },
            default={"drawing": None},
            on_drawing_change=lambda: None,
        )
    return drawing


def current_drawing(key: str) -> Drawing:
    """Return what is on the canvas; until the browser reports, what it showed last. Raises the errors of `canvas`."""
    sent = _sent(key)
    drawing: Drawing = visit_cache.get(key, EMPTY) if sent is None else parse(sent)
    return EMPTY if drawing.at <= session.get(f"{key}_taken", NOTHING)["at"] else drawing


def take_off(key: str, drawing: Drawing) -> None:
    """Remove this drawing from the canvas, which cannot be undone. Strokes that were drawn since then stay."""
    session.put(f"{key}_taken", {"at": drawing.at, "strokes": len(drawing.widths)})
    visit_cache.put(key, EMPTY, 0)


def drawn_at(key: str) -> int:
    """Return when the browser sent what is on the canvas, in milliseconds by its clock; 0 if it has not in this visit.

    Raises `DrawingError` for what no canvas would send.
    """
    sent = _sent(key)
    return 0 if sent is None else sent_at(sent)


def _sent(key: str) -> Any:
    state: Any = session.widget(f"{key}_canvas", None)
    return state.get("drawing") if isinstance(state, Mapping) else None


def draw_over(key: str, picture: str) -> None:
    """Have the canvas with this key show a picture of its size, a data: URL, when its page is opened next.

    It takes the place of a first stroke: one can draw over it, and undo it. What was drawn before comes back by undo.
    """
    session.put(f"{key}_draw_over_is_new", True)
    session.put(f"{key}_draw_over", {"at": time.time_ns() // 1_000_000, "picture": picture})


def is_to_draw_over(key: str) -> bool:
    """Whether `draw_over` was called since this was asked last: then the page shows its canvas, whatever it showed."""
    new: bool = session.get(f"{key}_draw_over_is_new", False)
    session.put(f"{key}_draw_over_is_new", False)
    return new
