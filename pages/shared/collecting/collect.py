"""Asks for a class; a press of Next keeps the drawing with that label and asks for another."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.drawing import NothingDrawn, to_mnist
from mnist_core.errors import UserError
from mnist_core.text.escape import for_html, for_markdown
from mnist_core.text.words import counted, with_article
from pages.components.canvas.canvas import current_drawing, take_off
from pages.components.canvas.drawing import Drawing
from pages.shared.collecting.progress import Progress
from pages.shared.drawing.canvas_input import KEY, canvas_for_one
from pages.shared.drawing.prediction import large_html
from pages.shared.labelling import run_page_if_awaited
from pages.shared.messages import in_words, show_warning
from pages.visit import session
from pages.visit.language import _

_PROBLEM = "collect_problem"


class Collection(ABC):
    """Where drawings go that are asked for: `names` are the classes in the order of the labels."""

    names: tuple[str, ...]

    @abstractmethod
    def progress(self) -> Progress:
        """Return how far this browser is."""

    @abstractmethod
    def keep(self, image: NDArray[np.float32], label: int) -> None:
        """Store a drawing (28, 28) in [0, 1] with its label. Raises `UserError`; then it stays on the canvas."""

    @abstractmethod
    def take_back(self, last: int) -> None:
        """Remove the drawing that was kept last, by its number; its class is asked for again. Raises `UserError`."""


def draw_next(collection: Collection, *, main: bool = True) -> None:
    """Draw the canvas, with a button that keeps the drawing with the label that is asked for.

    `main`: whether that button is what the page is about now.
    """
    canvas_for_one(lambda: _next_button(collection, main))


def show_request(collection: Collection, kept: str) -> None:
    """Say what to draw, and how many drawings are `kept`, in a sentence in which nothing needs to be escaped."""
    name = collection.names[collection.progress().asked]
    asked = for_html(_("Please draw {thing}.", thing=_(with_article(name))))
    with st.container(key="answer"):
        st.html(f'<div class="answer" role="status">{large_html(name)}<div><p>{asked}</p><p>{kept}</p></div></div>')


def show_last(collection: Collection) -> None:
    """Say what was kept last, with a button to take it back; and what went wrong, if anything did."""
    if problem := session.get(_PROBLEM, ""):
        show_warning(problem, ":material/error:")
        session.put(_PROBLEM, "")
    state = collection.progress()
    if not state.kept:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        name, last = for_markdown(_(with_article(collection.names[state.last]))), state.kept[-1]
        st.markdown(_("The last one was kept as {name}.", name=name), width="content")
        # Each drawing has a button of its own: a second press that is under way must not reach that of the one before.
        key, icon = f"collect_back_{last}", ":material/undo:"
        st.button(_("Take it back"), key=key, icon=icon, on_click=_take_back, args=(collection, last))


def kept_in_words(state: Progress) -> str:
    """Return how many of the classes were drawn, and what to press, as HTML."""
    count, classes = f"{len(state.kept):,}", len(state.order)
    return _("{count} of {classes} kept. Press {next} after each.", count=count, classes=classes, next=_next_in_bold())


def count_in_words(count: int) -> str:
    """Return "3 drawings", in the visit's language."""
    return _(counted(count, "drawing"))


def _next_in_bold() -> str:
    return f"<b>{for_html(_('Next'))}</b>"


def _next_button(collection: Collection, main: bool) -> None:
    st.button(
        _("Next"),
        key="collect_next",
        icon=":material/arrow_forward:",
        type="primary" if main else "secondary",
        width="stretch",
        on_click=_keep,
        args=(collection,),
        help=_("Keeps the drawing with the label that was asked for, and clears the canvas for the next one."),
    )


def _keep(collection: Collection) -> None:
    """Store the drawing on the canvas with the label that is asked for."""
    asked = collection.progress().asked
    try:
        drawing = current_drawing(KEY)
        collection.keep(_image_of(drawing), asked)
    except NothingDrawn:
        thing = _(with_article(collection.names[asked]))
        session.put(_PROBLEM, _("There is nothing on the canvas. Draw {thing} first.", thing=thing))
    except UserError as error:
        session.put(_PROBLEM, in_words(error))
    else:
        take_off(KEY, drawing)
        run_page_if_awaited()


def _image_of(drawing: Drawing) -> NDArray[np.float32]:
    """Return a drawing as networks take it (28, 28). Raises `NothingDrawn`, `DrawingError`."""
    if not drawing.widths:
        raise NothingDrawn
    return to_mnist(drawing.pixels, drawing.pen)


def _take_back(collection: Collection, number: int) -> None:
    """Take back the last drawing, unless the one that the button was about is taken back already.

    Streamlit delivers both presses of a double press; and a press can come right after one on *Next*, from a page that
    does not show yet what that has kept.
    """
    kept = collection.progress().kept
    if number not in kept:
        return
    try:
        collection.take_back(kept[-1])
    except UserError as error:
        session.put(_PROBLEM, in_words(error))
