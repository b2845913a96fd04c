"""What /class shows while no class is open: an instructor opens one."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs.classes.records import NAME_LENGTH
from pages.classroom.pin_field import show_leaving, show_pin_field
from pages.shared import classroom
from pages.shared.messages import show_error
from pages.visit.language import _


def show_opening() -> None:
    """Draw the form that opens a class, for an instructor; a sentence for others."""
    if not classroom.is_instructor():
        st.markdown(_("No class is open now. The instructor opens one, and then you can join here."))
        show_pin_field()
        return
    with st.form("open_class", border=False):
        name = st.text_input(_("Name of the class (may stay empty)"), max_chars=NAME_LENGTH)
        pressed = st.form_submit_button(_("Open a class"), type="primary")
    if pressed:
        try:
            _open(name)
        except UserError as error:
            show_error(error)
            return
        st.rerun()
    show_leaving()


def _open(name: str) -> None:
    """Open a class, if this visit still may. Raises `ClassError`."""
    if classroom.is_instructor():
        classroom.classes().open(name)
        classroom.forget()
