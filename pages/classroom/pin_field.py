"""The field of the PIN, with which a browser becomes an instructor's, and the button to give that up."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs import Instructors
from pages.server import pin
from pages.shared import classroom, services
from pages.shared.messages import show_error
from pages.visit import session
from pages.visit.language import _


def show_pin_field() -> None:
    """Draw the field, folded."""
    with st.expander(_("Instructor? Type the PIN"), type="compact", key="instructor_pin"):
        with st.form("pin", border=False, enter_to_submit=True):
            typed = st.text_input(_("PIN"), type="password", max_chars=2 * pin.DIGITS, autocomplete="off")
            pressed = st.form_submit_button(_("Continue as instructor"))
        if pressed:
            _take(typed)


def show_leaving() -> None:
    """Draw the button with which this browser stops to be an instructor's, if it is one by the PIN."""
    if classroom.has_given_pin():
        st.button(_("Leave the instructor's role"), type="tertiary", on_click=_leave, icon=":material/logout:")


def _take(typed: str) -> None:
    """Admit this browser if the PIN is right, and draw the page again; say what is wrong otherwise."""
    try:
        valid = pin.CHECK.require(typed, session.address())
    except pin.WrongPin as error:
        show_error(error)
        return
    Instructors(services.store()).admit(session.owner(), valid)
    st.rerun()


def _leave() -> None:
    Instructors(services.store()).dismiss(session.owner())
