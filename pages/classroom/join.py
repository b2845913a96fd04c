"""Join: a nickname and the code of the class make a browser a student."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs import Classroom
from mnist_core.runs.classes.records import NICKNAME_LENGTH
from pages.shared import classroom
from pages.shared.messages import show_error
from pages.visit import session
from pages.visit.language import _

_CODE_IN_ADDRESS = "code"
_CODE_LENGTH = 12
"""Typed at most: longer than any code, so that one with spaces around it is read."""


def show_join(open_class: Classroom) -> None:
    """Draw the form with which this browser joins the class."""
    asked = session.view_in_address([_CODE_IN_ADDRESS]).get(_CODE_IN_ADDRESS, "")
    with st.form("join", border=False):
        nickname = st.text_input(_("Nickname"), session.nickname(), max_chars=NICKNAME_LENGTH)
        code = st.text_input(_("Code of the class"), asked[:_CODE_LENGTH], max_chars=_CODE_LENGTH)
        pressed = st.form_submit_button(_("Join"), type="primary")
    if pressed:
        try:
            _join(code, nickname)
        except UserError as error:
            show_error(error)
            return
        st.rerun()


def _join(code: str, nickname: str) -> None:
    """Make this browser a student. Raises `ClassError`."""
    student = classroom.classes().join(classroom.classes().of_code(code).id, session.owner(), nickname)
    session.set_nickname(student.nickname)
