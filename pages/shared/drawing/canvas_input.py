"""The canvas with its tools: brush, undo and clear; and the digits that are drawn on it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mnist_core.data import Dataset
from mnist_core.reading.digit import Digit, in_drawing
from mnist_core.text.sentence import marked
from pages.components.canvas.canvas import canvas
from pages.components.canvas.drawing import SIDE, Drawing
from pages.shared.drawing import found_digits
from pages.visit import session, visit_cache
from pages.visit.language import _, translator

KEY = "draw"
"""The key of the canvas: the drawing is the same on all pages that show it."""
BRUSHES = {marked("Thin"): 10, marked("Medium"): 18, marked("Thick"): 28}  # pixels of the canvas


def drawn_digits(data: Dataset) -> tuple[Digit, ...]:
    """Draw the canvas, its tools and the brushes; return its digits in reading order."""
    digits = canvas_with_tools(data)
    _choose_brush()
    return digits


def canvas_with_tools(data: Dataset) -> tuple[Digit, ...]:
    """Draw the canvas with Undo and Clear, for the brush that was chosen; return its digits in reading order."""
    with st.container(key=found_digits.CANVAS_CONTAINER):
        drawing = canvas(KEY, brush())
        digits = in_drawing(drawing.pixels, drawing.pen, data.class_names) if drawing.widths else ()
        found_digits.frames_over_canvas(digits, SIDE)
    _undo_and_clear(drawing)
    return digits


def canvas_for_one(show_first: Callable[[], object]) -> None:
    """Draw the canvas and its tools, after what `show_first` draws beside them. What is drawn is not read."""
    with st.container(key=found_digits.CANVAS_CONTAINER):
        drawing = canvas(KEY, brush())
    with st.container(horizontal=True, key="draw_first_tool"):
        show_first()
    _undo_and_clear(drawing)
    _choose_brush()


def _undo_and_clear(drawing: Drawing) -> None:
    """Draw the buttons Undo and Clear, which the canvas listens to."""
    with st.container(horizontal=True):
        st.button(
            _("Undo"),
            key=f"{KEY}_undo",
            icon=":material/undo:",
            shortcut="Mod+Z",
            width="stretch",
            disabled=not drawing.can_undo,
        )
        empty = not drawing.widths
        st.button(_("Clear"), key=f"{KEY}_clear", icon=":material/delete:", width="stretch", disabled=empty)


def brush() -> int:
    """Return the width in pixels of the brush that was chosen."""
    chosen = session.widget("draw_brush", visit_cache.get("draw_brush", "Medium"))
    return BRUSHES.get(chosen, BRUSHES["Medium"])


def _choose_brush() -> None:
    """Let people choose a brush."""
    name = st.segmented_control(
        _("Brush size"),
        list(BRUSHES),
        format_func=translator(),
        default=visit_cache.get("draw_brush", "Medium"),
        required=True,
        persist_state="session",
        key="draw_brush",
        width="stretch",
        label_visibility="collapsed",
    )
    visit_cache.put("draw_brush", name, size=len(name))
