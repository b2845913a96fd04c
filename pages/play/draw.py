"""Draw: draw a digit, and see what a network makes of it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mnist_core.data import DIGITS, Dataset
from mnist_core.escape import for_markdown, sentence_for_markdown
from pages.shared import easel, live, memory
from pages.shared.answer import show_answer
from pages.shared.closer import look_closer
from pages.shared.digit import Digit, from_picture
from pages.shared.plot import prepare_plots
from pages.shared.sheet import SHOWN_SIDE, SIDE
from pages.shared.teach import teach
from pages.shared.widgets import Choice, choose_network, user_errors

DRAWING, GRID, TEST_IMAGE, PHOTO = "Your drawing", "A grid", "A test image", "A photo"
SOURCES: dict[str, Callable[[Choice], Digit | None]] = {
    DRAWING: lambda _: easel.drawn_digit(),
    GRID: lambda _: easel.grid_digit(),
    TEST_IMAGE: lambda choice: easel.test_digit(choice.dataset),
    PHOTO: lambda _: easel.photo_digit(),
}

INVITATIONS = {
    DRAWING: "Use the black square and the mouse, a finger or a pen. Draw as large as you like: what the network "
    "reads appears here while you draw. If you cannot draw, choose **A grid** or **A test image** below.",
    GRID: "Paint on the grid. By keyboard: the arrow keys move, the space bar paints or wipes a cell, and "
    "with Shift the arrow keys paint their way.",
    PHOTO: "Take a photo of what you have drawn on paper, or choose a picture: PNG or JPEG, at most 5 MB.",
}

STYLE = """
:has(> .st-key-draw_answer) { min-width: min(20rem, 100%); }  /* else it goes below the canvas */
@media (hover: none) { .st-key-draw_undo kbd { display: none; } }  /* Ctrl + Z is for those with a keyboard */
"""


def invite(dataset: Dataset, source: str) -> None:
    """Say what to draw, and how."""
    if dataset.class_names == DIGITS:
        st.subheader("Draw a digit from 0 to 9")
    else:
        st.subheader(f"Draw {for_markdown(dataset.thing)}")
        st.write(sentence_for_markdown(", ".join(dataset.class_names)))
    st.markdown(INVITATIONS[source])


@st.fragment
def read(choice: Choice, source: str, digit: Digit | None) -> None:
    """Show what the network reads in the digit; while the pen is down, in what there is of it by now."""
    picture = live.watch("draw") if source == DRAWING else None
    with user_errors():
        if picture is not None:
            digit = from_picture(picture.pixels, easel.brush() * live.SIDE / SIDE) or digit
        if digit is None:
            prepare_plots()
            invite(choice.dataset, source)
        else:
            show_answer(choice, digit, frame=picture.frame if picture else None)


@st.fragment
def play(choice: Choice) -> None:
    """Let people bring a digit and, beside or below it, show what the network reads; below, a closer look."""
    st.html(f"<style>{STYLE}</style>")
    row = st.container(horizontal=True, gap="medium")
    source = st.segmented_control(
        "What to read",
        list(SOURCES),
        default=memory.recall("draw_source", DRAWING),
        required=True,
        persist_state="session",
        key="draw_source",
    )
    memory.keep("draw_source", source, size=len(source))
    with user_errors():
        with row, st.container(width=SHOWN_SIDE):
            digit = SOURCES[source](choice)
        live.settle("draw")
        with row, st.container(key="draw_answer"):
            read(choice, source, digit)
            if digit is not None and digit.label is None:
                probabilities = choice.network.predict(digit.image[None])[0]
                teach(digit.image, int(probabilities.argmax()), choice.dataset.class_names)
        if digit is not None:
            look_closer(choice, digit)


st.title("Draw")
stage = st.container()  # first, so that on a phone the canvas is what one sees
with user_errors():
    choice = choose_network()
    with stage:
        play(choice)
