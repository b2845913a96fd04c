"""What takes the place of the canvas: a grid and a test image. Photos are in photo.py."""

from __future__ import annotations

import random

import numpy as np
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.reading.digit import Digit, in_drawing
from mnist_core.text.sentence import marked
from mnist_core.text.words import with_article
from pages.components.gallery import gallery_columns
from pages.components.gallery.gallery import gallery
from pages.draw.pixel_grid.pixel_grid import pixel_grid
from pages.visit import session
from pages.visit.language import _

DRAWING, GRID, TEST_IMAGE, PHOTO, COLLECT = (
    marked("Your drawing"),
    marked("A grid"),
    marked("A test image"),
    marked("A photo"),
    marked("Collect"),
)
_INDEX = "draw_test_image"


def painted_digits(data: Dataset) -> tuple[Digit, ...]:
    """Let people paint cells of a grid, also by keyboard; return its digits in reading order."""
    cells = pixel_grid("draw_grid")
    return in_drawing(cells, None, data.class_names) if cells.any() else ()


def test_digit(data: Dataset) -> tuple[Digit, ...]:
    """Let people choose an image of the test set, and show it."""
    last = len(data.test_images) - 1
    index = st.number_input(
        _("Index of the test image, 0 to {last:,}", last=last), 0, last, persist_state="session", key=_INDEX
    )
    st.button(_("Another one"), icon=":material/casino:", on_click=_pick_test_image, args=(last,), width="stretch")
    image, label = data.test_images[index], int(data.test_labels[index])
    description = _("Test image {index}, {name}", index=index, name=_(with_article(data.class_names[label])))
    gallery(image[None], [""], [description], gallery_columns.TEST_IMAGE)
    return (Digit((image / 255).astype(np.float32), label=label),)


def _pick_test_image(last: int) -> None:
    """Choose a test image at random."""
    session.set_widget(_INDEX, random.randint(0, last))  # noqa: S311 - chance is enough
