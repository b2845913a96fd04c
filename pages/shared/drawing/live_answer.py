"""Canvas and answer side by side; on a phone the answer is above the canvas. It follows the pen."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.reading.digit import Digit
from pages.components.canvas.answer import Live, show_answer_html
from pages.components.canvas.bars import show_live_bars
from pages.components.canvas.canvas import drawn_at
from pages.shared.drawing import live_route
from pages.shared.drawing.canvas_input import KEY, brush
from pages.shared.drawing.found_digits import selected_index
from pages.shared.drawing.prediction import STYLE as ANSWER_STYLE
from pages.shared.drawing.prediction import class_probabilities, prediction_html
from pages.shared.messages import user_errors
from pages.shared.network_picker import ChosenNetwork
from pages.shared.probability_bars import STYLE as BARS_STYLE
from pages.shared.probability_bars import probability_bars_html

INPUT = "draw_input"
"""Key of the container of the canvas or of another input: the left column."""

STYLE = """
/* The canvas is as large as the screen has room for, beside the answer or, on a phone, below it. Its room is there
before the canvas is. svh: the toolbars of a phone that come and go do not change it. */
:root { --canvas-side: clamp(15rem, 50svh, 45rem); }
@media (max-width: 960px) { :root {
    --canvas-side: clamp(15rem, min(100vw - 2rem, 100svh - 21.25rem - var(--lesson-bar, 0px)), 30rem); } }
.st-key-draw_box { min-height: var(--canvas-side); }
.st-key-draw_columns { display: grid; grid-template-columns: var(--canvas-side) minmax(0, 1fr); gap: 1rem 2rem;
    grid-template-rows: repeat(4, auto) 1fr; align-items: start; }
.st-key-draw_columns > * { grid-column: 2; width: auto !important; }
.st-key-draw_columns > :has(> .st-key-draw_input) { grid-column: 1; grid-row: 1 / span 5; }
.st-key-draw_columns :has(.st-key-draw_reading), .st-key-draw_reading { display: contents; }
.st-key-draw_reading > * { grid-column: 2; min-width: 0; }
.st-key-answer { min-height: 9.5rem; }  /* nothing moves while one draws */
/* The instructions are there until a rerun ends in which there is a drawing; before, there is a live answer. */
.st-key-answer:has(.answer) > :not(:has(.answer)), .st-key-answer > :has(.answer-box:empty) { display: none; }
.st-key-draw_reading > :has(.bars-box:empty) { display: none; }
.st-key-draw_source button { padding-inline: 0.6rem; }
.st-key-draw_collected { scroll-margin-bottom: 1rem; }
@media (hover: none) { .st-key-draw_undo kbd { display: none; } }  /* Ctrl + Z is for those with a keyboard */
@media (max-width: 960px) {
    .st-key-draw_columns { display: flex; gap: 0.75rem; align-items: stretch; }
    .st-key-draw_columns:has(> .st-key-draw_source) {  /* which takes room above the answer */
        --canvas-side: clamp(15rem, min(100vw - 2rem, 100svh - 21.5rem - var(--lesson-bar, 0px)), 30rem); }
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


def style() -> None:
    """Lay the page out for `columns`. Call it outside of the fragment with the canvas: each stroke reruns that."""
    st.html(f"<style>{STYLE}{ANSWER_STYLE}{BARS_STYLE}</style>")


def columns() -> DeltaGenerator:
    """Return the container for the canvas (in a container with the key `INPUT`), `show_answer`, and more beside it.

    Needs `style`.
    """
    return st.container(key="draw_columns")


def show_answer(
    choice: ChosenNetwork,
    digits: tuple[Digit, ...],
    show_instructions: Callable[[], None],
    live: bool = True,
    bars: bool = True,
) -> None:
    """Show the predictions for the digits, or how to draw some if there are none.

    If `live`, they are on the canvas, and the browser shows the predictions for the unfinished drawing while the pen is
    down. `bars`: whether all probabilities are shown, too.
    """
    with st.container(key="draw_reading"), user_errors():
        probabilities, chosen = class_probabilities(choice, digits) if digits else None, selected_index(digits)
        names = choice.dataset.class_names
        with st.container(key="answer"):
            html = "" if probabilities is None else prediction_html(probabilities, choice.dataset, digits, chosen, True)
            on_canvas = Live(KEY, live_route.address(choice, brush(), chosen, bars), drawn_at(KEY)) if live else None
            show_answer_html(html, on_canvas)
            if not digits:
                show_instructions()
        if bars:
            _show_bars("" if probabilities is None else probability_bars_html(probabilities[chosen], names), on_canvas)


def _show_bars(html: str, live: Live | None) -> None:
    """Show the bars of all probabilities; where there are none yet, `live` ones come while somebody draws."""
    if live is not None:
        show_live_bars(html, live.at)
    elif html:
        st.html(html)
