"""Collects drawings: asks for a class; a press of Next keeps the drawing with that label and asks for another."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Dataset
from mnist_core.drawing import NothingDrawn, to_mnist
from mnist_core.errors import UserError
from mnist_core.text.escape import for_html, for_markdown
from mnist_core.text.words import counted, with_article
from pages.components.canvas.canvas import current_drawing, take_off
from pages.components.canvas.drawing import Drawing
from pages.draw.collect import collect_progress
from pages.draw.collect.collect_progress import Progress
from pages.shared import services
from pages.shared.drawing.canvas_input import KEY, canvas_for_one
from pages.shared.drawing.prediction import STYLE, large_html
from pages.shared.labelling import own_set, run_page_if_awaited
from pages.shared.messages import show_warning
from pages.visit import session

_PROBLEM = "collect_problem"


def draw_next(data: Dataset) -> None:
    """Draw the canvas, with a button that keeps the drawing with the label that is asked for."""
    canvas_for_one(lambda: _next_button(data.class_names))


def show_request(data: Dataset) -> None:
    """Say what to draw, and how many drawings are kept."""
    names, state = data.class_names, collect_progress.load(data.class_names)
    lines = [f"Please draw {with_article(names[state.asked])}."]
    if state.complete:
        lines.append(f"{counted(len(state.kept), 'drawing')} kept. Train with them below, or continue.")
    else:
        lines.append(f"{len(state.kept)} of {len(names)} kept. Press <b>Next</b> after each.")
    said = f"<p>{for_html(lines[0])}</p><p>{lines[1]}</p>"
    with st.container(key="answer"):
        st.html(
            f'<style>{STYLE}.answer p b {{ font-size: inherit; }}</style><div class="answer" role="status">'
            f"{large_html(names[state.asked])}<div>{said}</div></div>"
        )


def show_last(data: Dataset) -> None:
    """Say what was kept last, with a button to take it back; and what went wrong, if anything did."""
    names, state = data.class_names, collect_progress.load(data.class_names)
    if problem := session.get(_PROBLEM, ""):
        show_warning(problem, ":material/error:")
        session.put(_PROBLEM, "")
    if not state.kept:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        last = for_markdown(with_article(names[state.last]))
        st.markdown(f"The last one was kept as {last}.", width="content")
        st.button("Take it back", key="collect_back", icon=":material/undo:", on_click=_take_back, args=(names, state))


def _next_button(names: tuple[str, ...]) -> None:
    state = collect_progress.load(names)
    may_train = state.complete and state.trained is None
    st.button(
        "Next",
        key="collect_next",
        icon=":material/arrow_forward:",
        type="secondary" if may_train else "primary",  # one primary action at a time
        width="stretch",
        on_click=_keep,
        args=(names,),
        help="Keeps the drawing with the label that was asked for, and clears the canvas for the next one.",
    )


def _keep(names: tuple[str, ...]) -> None:
    """Store the drawing on the canvas with the label that is asked for."""
    state = collect_progress.load(names)
    try:
        drawing = current_drawing(KEY)
        image = _image_of(drawing)
        number = services.handwriting().keep(own_set(names), image, state.asked, session.owner(), session.nickname())
    except NothingDrawn:
        session.put(_PROBLEM, f"There is nothing on the canvas. Draw {with_article(names[state.asked])} first.")
    except UserError as error:
        session.put(_PROBLEM, str(error))
    else:
        take_off(KEY, drawing)
        collect_progress.save(names, state.keep(number))
        run_page_if_awaited()


def _image_of(drawing: Drawing) -> NDArray[np.float32]:
    """Return a drawing as networks take it (28, 28). Raises `NothingDrawn`, `DrawingError`."""
    if not drawing.widths:
        raise NothingDrawn
    return to_mnist(drawing.pixels, drawing.pen)


def _take_back(names: tuple[str, ...], state: Progress) -> None:
    """Delete the drawing that was kept last; its class is asked for again."""
    try:
        services.handwriting().remove([state.kept[-1]], session.requester())
    except UserError as error:  # it is deleted already
        session.put(_PROBLEM, str(error))
    collect_progress.save(names, state.take_back())
