"""Hand out: an instructor gives the exercise of the dialog to all students of the open class."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import UserError
from pages.shared import classroom
from pages.shared.messages import show_error
from pages.visit.language import _


def offer_to_class(address: str, sentence: str) -> None:
    """Draw the button that hands out an address within the app with a sentence; nothing for who instructs no class."""
    if not classroom.is_open() or not classroom.is_instructor():
        return
    if st.button(_("Hand out to the class"), icon=":material/campaign:", help=_("All students see it.")):
        try:
            classroom.classes().hand_out(classroom.require_open().id, address, sentence)
        except UserError as error:
            show_error(error)
        else:
            classroom.forget()
            st.success(_("Handed out: every student's page shows it now."))
