"""The Draw page: draw a digit, and see what a network predicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.data import Dataset
from mnist_core.reading.digit import Digit
from mnist_core.text.sentence import marked
from pages.components.canvas.canvas import is_to_draw_over
from pages.components.into_view.into_view import bring_into_view
from pages.draw import input_picker, photo
from pages.draw.collect.own_collection import OwnCollection
from pages.draw.collect.training import show_training
from pages.draw.empty_canvas import show_instructions
from pages.draw.explanation import show_explanation
from pages.draw.input_picker import COLLECT, DRAWING, GRID, PHOTO, TEST_IMAGE
from pages.navigation import COMPARE, DRAW, show_title
from pages.shared.collecting import collect
from pages.shared.drawing import found_digits, live_answer
from pages.shared.drawing.canvas_input import KEY, drawn_digits
from pages.shared.drawing.prediction import class_probabilities, ordinal, read_digits
from pages.shared.labelling import ask_all_labels, ask_label
from pages.shared.messages import user_errors
from pages.shared.network_picker import ChosenNetwork, choose_network
from pages.shared.next_step import show_next_step, train_or
from pages.visit import session, visit_cache
from pages.visit.language import _, translator

COLLECTED = "draw_collected"
"""Key of the container of what can be done with the collected drawings."""

SOURCES: dict[str, Callable[[Dataset], tuple[Digit, ...]]] = {
    DRAWING: drawn_digits,
    GRID: input_picker.painted_digits,
    TEST_IMAGE: input_picker.test_digit,
    PHOTO: photo.digits_in_photo,
}


BY_ADDRESS = {"drawing": DRAWING, "grid": GRID, "image": TEST_IMAGE, "photo": PHOTO, "collect": COLLECT}
"""The kinds of input by their names in the address, as in /draw?input=collect."""


def choose_source() -> str:
    """Let people choose the kind of input; return its key in `SOURCES`, or `COLLECT`."""
    if is_to_draw_over(KEY):
        session.set_widget("draw_source", DRAWING)
    if (asked := session.input_in_address()) in BY_ADDRESS:
        session.set_widget("draw_source", BY_ADDRESS[asked])
    source = st.segmented_control(
        _("What to read"),
        [*SOURCES, COLLECT],
        format_func=translator(),
        default=visit_cache.get("draw_source", DRAWING),
        required=True,
        persist_state="session",
        key="draw_source",
        label_visibility="collapsed",
    )
    visit_cache.put("draw_source", source, size=len(source))
    return source


def show_labelling(choice: ChosenNetwork, digits: Sequence[Digit]) -> None:
    """Let people select one of several digits, and label it."""
    probabilities, names = class_probabilities(choice, digits), choice.dataset.class_names
    found_digits.select_digit(digits, read_digits(probabilities, names, digits))
    labels = [int(label) for label in probabilities.argmax(axis=1)]
    chosen = found_digits.selected_index(digits)
    question = _("Is that right?") if len(digits) == 1 else _("Is the {ordinal} right?", ordinal=ordinal(chosen))
    ask_label(digits[chosen].image, labels[chosen], names, question=question)
    ask_all_labels([digit.image for digit in digits], labels, names)


def show_collecting(choice: ChosenNetwork, columns: DeltaGenerator) -> None:
    """Ask for one digit after the other, and offer to train with what was drawn."""
    collection = OwnCollection(choice.dataset.class_names)
    state = collection.progress()
    with columns:
        with st.container(key=live_answer.INPUT):
            collect.draw_next(collection, main=not state.complete or state.trained is not None)
        with st.container(key="draw_reading"):
            collect.show_request(collection, collection.kept())
        with st.container(key=COLLECTED):
            collect.show_last(collection)
            show_training(choice)
        bring_into_view(COLLECTED, collection.progress().stage)  # on a phone it is below the canvas


@st.fragment
def show_input_and_prediction(choice: ChosenNetwork) -> None:
    """Draw the input, the prediction beside or above it, and the explanation below both."""
    columns = live_answer.columns()
    with columns:
        source = choose_source()
    with user_errors():
        if source == COLLECT:
            show_collecting(choice, columns)
            return
        with columns:
            with st.container(key=live_answer.INPUT):
                digits = SOURCES[source](choice.dataset)
            live_answer.show_answer(
                choice, digits, partial(show_instructions, choice.dataset, source), live=source == DRAWING
            )
        if digits and digits[0].label is None:
            with columns, st.container(key="draw_labelling"):
                show_labelling(choice, digits)
        if digits:
            show_explanation(choice, digits[found_digits.selected_index(digits)])


show_title(_("Draw"), DRAW)
stage = st.container()  # first, so that on a phone the canvas is what one sees
with user_errors():
    choice = choose_network()
    with stage:
        show_input_and_prediction(choice)
    show_next_step(train_or(marked("Compare your runs"), COMPARE))
