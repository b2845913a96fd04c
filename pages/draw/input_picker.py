"""The inputs of the Draw page: canvas, grid and test image. Photos are in photo.py."""

from __future__ import annotations

import random

import numpy as np
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.text.words import with_article
from pages.components.canvas.canvas import canvas
from pages.components.canvas.drawing import SIDE, Drawing
from pages.components.gallery import layouts
from pages.components.gallery.gallery import gallery
from pages.components.grid.grid import grid
from pages.draw import found_digits
from pages.draw.digit import Digit, in_drawing
from pages.visit import cache, session

BRUSHES = {"Thin": 10, "Medium": 18, "Thick": 28}  # pixels of the canvas
DRAWING, GRID, TEST_IMAGE, PHOTO = "Your drawing", "A grid", "A test image", "A photo"
_INDEX = "draw_test_image"


def drawn_digits(data: Dataset) -> tuple[Digit, ...]:
    """Draw the canvas and its tools; return its digits in reading order."""
    stage, tools = st.container(key=found_digits.CANVAS_CONTAINER), st.container(horizontal=True)
    brush = _choose_brush()
    with stage:
        drawing = canvas("draw", brush)
    with tools:
        _undo_and_clear(drawing)
    digits = in_drawing(drawing.pixels, drawing.pen, data.class_names) if drawing.widths else ()
    with stage:
        found_digits.frames_over_canvas(digits, SIDE)
    return digits


def brush() -> int:
    """Return the width in pixels of the brush that was chosen."""
    return BRUSHES.get(session.widget("draw_brush", "Medium"), BRUSHES["Medium"])


def painted_digits(data: Dataset) -> tuple[Digit, ...]:
    """Let people paint cells of a grid, also by keyboard; return its digits in reading order."""
    cells = grid("draw_grid")
    return in_drawing(cells, None, data.class_names) if cells.any() else ()


def test_digit(data: Dataset) -> tuple[Digit, ...]:
    """Let people choose an image of the test set, and show it."""
    last = len(data.test_images) - 1
    index = st.number_input(f"Index of the test image, 0 to {last:,}", 0, last, persist_state="session", key=_INDEX)
    st.button("Another one", icon=":material/casino:", on_click=_pick_test_image, args=(last,), width="stretch")
    image, label = data.test_images[index], int(data.test_labels[index])
    gallery(image[None], [""], [f"Test image {index}, {with_article(data.class_names[label])}"], layouts.TEST_IMAGE)
    return (Digit((image / 255).astype(np.float32), label=label),)


def _choose_brush() -> int:
    """Let people choose a brush; return its width in pixels."""
    name = st.segmented_control(
        "Brush size",
        list(BRUSHES),
        default=cache.get("draw_brush", "Medium"),
        required=True,
        persist_state="session",
        key="draw_brush",
        width="stretch",
        label_visibility="collapsed",
    )
    cache.put("draw_brush", name, size=len(name))
    return BRUSHES[name]


def _undo_and_clear(drawing: Drawing) -> None:
    """Draw the buttons Undo and Clear, which the canvas listens to."""
    st.button(
        "Undo",
        key="draw_undo",
        icon=":material/undo:",
        shortcut="Mod+Z",
        width="stretch",
        disabled=not drawing.can_undo,
    )
    st.button("Clear", key="draw_clear", icon=":material/delete:", width="stretch", disabled=not drawing.widths)


def _pick_test_image(last: int) -> None:
    """Choose a test image at random."""
    session.set_widget(_INDEX, random.randint(0, last))  # noqa: S311 - chance is enough
