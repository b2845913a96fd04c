"""The Draw page: draw a digit, and see what a network predicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from mnist_core.data import Dataset
from pages.components.canvas import stream
from pages.components.canvas.drawing import SHOWN_SIDE, SIDE
from pages.components.plot.plot import prepare_plots
from pages.draw import found_digits, input_picker, photo
from pages.draw.digit import Digit, in_drawing
from pages.draw.explanation import show_explanation
from pages.draw.input_picker import DRAWING, GRID, PHOTO, TEST_IMAGE
from pages.draw.instructions import show_instructions
from pages.draw.prediction import class_probabilities, ordinal, read_digits, show_prediction
from pages.shared.labelling import ask_all_labels, ask_label
from pages.shared.messages import user_errors
from pages.shared.network_picker import ChosenNetwork, choose_network
from pages.shared.places import DRAW, show_title
from pages.visit import cache

SOURCES: dict[str, Callable[[Dataset], tuple[Digit, ...]]] = {
    DRAWING: input_picker.drawn_digits,
    GRID: input_picker.painted_digits,
    TEST_IMAGE: input_picker.test_digit,
    PHOTO: photo.digits_in_photo,
}


STYLE = """
:has(> .st-key-draw_answer) { min-width: min(20rem, 100%); }  /* else it goes below the canvas */
@media (hover: none) { .st-key-draw_undo kbd { display: none; } }  /* Ctrl + Z is for those with a keyboard */
"""


@st.fragment
def show_reading(choice: ChosenNetwork, source: str, digits: tuple[Digit, ...]) -> None:
    """Show the predictions for the digits; while the pen is down, for the unfinished drawing."""
    picture = stream.watch("draw") if source == DRAWING else None
    with user_errors():
        if picture is not None:
            pen = input_picker.brush() * stream.SIDE / SIDE
            digits = in_drawing(picture.pixels, pen, choice.dataset.class_names) or digits
        if not digits:
            prepare_plots()
            show_instructions(choice.dataset, source)
        else:
            show_prediction(
                choice, digits, found_digits.selected_index(digits), frame=picture.frame if picture else None
            )


def show_labelling(choice: ChosenNetwork, digits: Sequence[Digit]) -> None:
    """Let people select one of several digits, and label it."""
    probabilities, names = class_probabilities(choice, digits), choice.dataset.class_names
    found_digits.select_digit(digits, read_digits(probabilities, names, digits))
    labels = [int(label) for label in probabilities.argmax(axis=1)]
    chosen = found_digits.selected_index(digits)
    question = "Is that right?" if len(digits) == 1 else f"Is the {ordinal(chosen)} right?"
    ask_label(digits[chosen].image, labels[chosen], names, question=question)
    ask_all_labels([digit.image for digit in digits], labels, names)


@st.fragment
def show_input_and_prediction(choice: ChosenNetwork) -> None:
    """Draw the input, the prediction beside or below it, and the explanation below both."""
    st.html(f"<style>{STYLE}</style>")
    row = st.container(horizontal=True, gap="medium")
    source = st.segmented_control(
        "What to read",
        list(SOURCES),
        default=cache.get("draw_source", DRAWING),
        required=True,
        persist_state="session",
        key="draw_source",
    )
    cache.put("draw_source", source, size=len(source))
    with user_errors():
        with row, st.container(width=SHOWN_SIDE):
            digits = SOURCES[source](choice.dataset)
        stream.settle("draw")
        with row, st.container(key="draw_answer"):
            show_reading(choice, source, digits)
            if digits and digits[0].label is None:
                show_labelling(choice, digits)
        if digits:
            show_explanation(choice, digits[found_digits.selected_index(digits)])


show_title("Draw", DRAW)
stage = st.container()  # first, so that on a phone the canvas is what one sees
with user_errors():
    choice = choose_network()
    with stage:
        show_input_and_prediction(choice)
