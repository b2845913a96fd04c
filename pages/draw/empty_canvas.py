"""What the Draw page says while the canvas is empty: what to draw, and how."""

from __future__ import annotations

import streamlit as st

from mnist_core.data import DIGITS, Dataset
from mnist_core.drawing.photo import MOST_BYTES
from mnist_core.text.escape import for_markdown, sentence_for_markdown
from mnist_core.text.sentence import marked
from pages.draw.input_picker import DRAWING, GRID, PHOTO
from pages.visit.language import _

INSTRUCTIONS = {
    DRAWING: marked(
        "Draw as large as you like. The answer appears here while you draw. If you cannot draw, choose "
        "**A grid** or **A test image**."
    ),
    GRID: marked(
        "Paint on the grid. By keyboard: the arrow keys move, the space bar paints or erases a cell, "
        "and with Shift the arrow keys paint as they move."
    ),
    PHOTO: marked(
        "Take a photo of what you have drawn on paper, or choose a picture: PNG or JPEG, at most {megabytes} MB."
    ),
}


def show_instructions(dataset: Dataset, source: str) -> None:
    """Say what to draw, and how."""
    if dataset.class_names == DIGITS:
        st.header(_("Draw a digit from 0 to 9"))
    else:
        st.header(_("Draw {thing}", thing=for_markdown(_(dataset.thing))))
        st.write(sentence_for_markdown(", ".join(dataset.class_names)))
    st.markdown(_(INSTRUCTIONS[source], megabytes=MOST_BYTES // 1_000_000))
