"""The ways to bring a digit: draw it with a pen or by keyboard, choose one of the test set, or send a picture."""

from __future__ import annotations

import random

import numpy as np
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.drawing import DrawingError
from mnist_core.photo import MOST_BYTES, read_photo
from mnist_core.words import with_article
from pages.shared import canvas, memory, session
from pages.shared.digit import Digit, from_picture
from pages.shared.gallery import gallery
from pages.shared.grid import grid
from pages.shared.sheet import SHOWN_SIDE, Drawing
from pages.shared.widgets import say_error

BRUSHES = {"Thin": 10, "Medium": 18, "Thick": 28}  # pixels of the canvas
_INDEX = "draw_test_image"


def drawn_digit() -> Digit | None:
    """Draw the canvas and its tools; return what is on it, or None if that is nothing."""
    stage, tools = st.container(), st.container(horizontal=True)
    brush = _choose_brush()
    with stage:
        drawing = canvas.canvas("draw", brush)
    with tools:
        _take_back(drawing)
    return from_picture(drawing.pixels, drawing.pen) if drawing.strokes else None


def brush() -> int:
    """Return the width in pixels of the brush that was chosen."""
    return BRUSHES.get(session.widget("draw_brush", "Medium"), BRUSHES["Medium"])


def grid_digit() -> Digit | None:
    """Let people paint cells of a grid, by keyboard too; return what is on it, or None if that is nothing."""
    cells = grid("draw_grid")
    return from_picture(cells, pen=None) if cells.any() else None


def test_digit(data: Dataset) -> Digit:
    """Let people choose an image of the test set, and show it."""
    last = len(data.test_images) - 1
    index = st.number_input(f"Index of the test image, 0 to {last:,}", 0, last, persist_state="session", key=_INDEX)
    st.button("Another one", icon=":material/casino:", on_click=_pick_test_image, args=(last,), width="stretch")
    image, label = data.test_images[index], int(data.test_labels[index])
    gallery(image[None], [""], [f"Test image {index}, {with_article(data.class_names[label])}"], size=SHOWN_SIDE)
    return Digit((image / 255).astype(np.float32), label=label)


def photo_digit() -> Digit | None:
    """Let people send a picture of a digit, and show what ink is on it; None without a picture that can be read."""
    file = st.file_uploader(
        "A photo or picture of one drawing",
        type=["png", "jpg", "jpeg", "webp", "gif", "bmp"],
        max_upload_size=MOST_BYTES // 1_000_000,
        key="draw_photo",
        help="Dark on light or light on dark; the paper may be unevenly lit. It is not kept.",
    )
    if file is None:
        return None
    try:
        ink = read_photo(file.getvalue())
    except DrawingError as error:
        say_error(error)
        return None
    st.image(ink, caption="The ink that was found", width=SHOWN_SIDE)
    return from_picture(ink)


def _choose_brush() -> int:
    """Let people choose a brush; return its width in pixels."""
    name = st.segmented_control(
        "Brush size",
        list(BRUSHES),
        default=memory.recall("draw_brush", "Medium"),
        required=True,
        persist_state="session",
        key="draw_brush",
        width="stretch",
        label_visibility="collapsed",
    )
    memory.keep("draw_brush", name, size=len(name))
    return BRUSHES[name]


def _take_back(drawing: Drawing) -> None:
    """Draw the buttons Undo and Clear."""
    st.button(
        "Undo",
        key="draw_undo",
        icon=":material/undo:",
        shortcut="Mod+Z",
        width="stretch",
        on_click=canvas.undo,
        args=("draw",),
        disabled=not canvas.can_undo("draw"),
    )
    st.button(
        "Clear",
        key="draw_clear",
        icon=":material/delete:",
        width="stretch",
        on_click=canvas.clear,
        args=("draw",),
        disabled=not drawing.strokes,
    )


def _pick_test_image(last: int) -> None:
    """Choose a test image at random."""
    session.set_widget(_INDEX, random.randint(0, last))  # noqa: S311 - chance is enough
