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
from pages.shared.drawing.prediction import class_probabilities, prediction_html
from pages.shared.messages import user_errors
from pages.shared.network_picker import ChosenNetwork
from pages.shared.probability_bars import probability_bars_html

INPUT = "draw_input"
"""Key of the container of the canvas or of another input: the left column."""


def columns() -> DeltaGenerator:
    """Return the container for the canvas (in a container with the key `INPUT`), `show_answer`, and more beside it."""
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
