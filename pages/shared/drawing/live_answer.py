"""Canvas and answer side by side; on a phone the answer is above the canvas. It follows the pen."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components.canvas import stream
from pages.components.plot.plot import prepare_plots
from pages.shared.drawing import found_digits
from pages.shared.drawing.canvas_input import KEY, digits_in_live_picture
from pages.shared.drawing.digit import Digit
from pages.shared.drawing.prediction import show_prediction
from pages.shared.messages import user_errors
from pages.shared.network_picker import ChosenNetwork

INPUT = "draw_input"
"""Key of the container of the canvas or of another input: the left column."""

STYLE = """
/* The canvas is as large as the screen has room for, beside the answer or, on a phone, below it. Its room is there
before the canvas is. svh: the toolbars of a phone that come and go do not change it. */
:root { --canvas-side: clamp(15rem, 50svh, 45rem); }
@media (max-width: 960px) { :root { --canvas-side: clamp(15rem, min(100vw - 2rem, 100svh - 21.25rem), 30rem); } }
.st-key-draw_box { min-height: var(--canvas-side); }
.st-key-draw_columns { display: grid; grid-template-columns: var(--canvas-side) minmax(0, 1fr); gap: 1rem 2rem;
    grid-template-rows: repeat(4, auto) 1fr; align-items: start; }
.st-key-draw_columns > * { grid-column: 2; width: auto !important; }
.st-key-draw_columns > :has(> .st-key-draw_input) { grid-column: 1; grid-row: 1 / span 5; }
.st-key-draw_columns :has(.st-key-draw_reading), .st-key-draw_reading { display: contents; }
.st-key-draw_reading > * { grid-column: 2; min-width: 0; }
.st-key-draw_live { position: absolute; }  /* shows nothing */
.st-key-answer { min-height: 9.5rem; }  /* nothing moves while one draws */
/* Streamlit removes the instructions only at the end of the rerun that shows the answer. */
.st-key-answer:has(.answer) > :not(:has(.answer)) { display: none; }
.st-key-draw_source button { padding-inline: 0.6rem; }
.st-key-draw_collected { scroll-margin-bottom: 1rem; }
@media (hover: none) { .st-key-draw_undo kbd { display: none; } }  /* Ctrl + Z is for those with a keyboard */
@media (max-width: 960px) {
    .st-key-draw_columns { display: flex; gap: 0.75rem; align-items: stretch; }
    .st-key-draw_columns:has(> .st-key-draw_source) {  /* which takes room above the answer */
        --canvas-side: clamp(15rem, min(100vw - 2rem, 100svh - 21.5rem), 30rem); }
    .st-key-draw_source button { padding-inline: 0.4rem; font-size: 0.875rem; }  /* all in one row */
    .st-key-draw_columns > :has(> .st-key-draw_input) { order: 1; }
    .st-key-draw_columns > *, .st-key-draw_reading > * { order: 2; }
    .st-key-draw_columns > .st-key-draw_source { order: -1; }
    .st-key-draw_reading > :has(> .st-key-answer) { order: 0; }
    .st-key-answer { min-height: 6.25rem; gap: 0.25rem; }
    .st-key-answer h2 { padding: 0 0 1rem; font-size: 1.25rem; line-height: 1.3; }
    .st-key-answer p { font-size: 0.9375rem; line-height: 1.4; }
}
"""


def columns() -> DeltaGenerator:
    """Return the container for the canvas (in a container with the key `INPUT`), `show_answer`, and more beside it."""
    st.html(f"<style>{STYLE}</style>")
    return st.container(key="draw_columns")


@st.fragment
def show_answer(
    choice: ChosenNetwork,
    digits: tuple[Digit, ...],
    show_instructions: Callable[[], None],
    live: bool = True,
    bars: bool = True,
) -> None:
    """Show the predictions for the digits, or how to draw some if there are none.

    If `live`, it watches the canvas and shows the predictions for the unfinished drawing while the pen is down.
    `bars` are all probabilities, as a chart.
    """
    picture = stream.watch(KEY) if live else None
    with st.container(key="draw_reading"), user_errors():
        if picture is not None:
            digits = digits_in_live_picture(picture, choice.dataset) or digits
        if digits:
            frame = picture.frame if picture else None
            show_prediction(choice, digits, found_digits.selected_index(digits), frame, bars)
        else:
            with st.container(key="answer"):
                show_instructions()
                if bars:
                    prepare_plots()
