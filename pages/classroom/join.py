"""Join: a nickname and the code of the class make a browser a student."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs.classes.records import KEEP_SECONDS, NICKNAME_LENGTH
from pages.classroom.addresses import CODE
from pages.shared import classroom
from pages.shared.messages import show_error
from pages.visit import session
from pages.visit.language import _

_CODE_LENGTH = 12
"""Typed at most: longer than any code, so that one with spaces around it is read."""
_DAY = 24 * 3600
_FORM_WIDTH = 480
"""Pixels; a phone has fewer."""


def show_join() -> None:
    """Draw the form with which this browser joins the class, and what is kept of who does."""
    asked = session.view_in_address([CODE]).get(CODE, "")
    with st.form("join", border=False, width=_FORM_WIDTH):
        nickname = st.text_input(_("Nickname"), session.nickname(), max_chars=NICKNAME_LENGTH, autocomplete="nickname")
        code = st.text_input(_("Code of the class"), asked[:_CODE_LENGTH], max_chars=_CODE_LENGTH, autocomplete="off")
        pressed = st.form_submit_button(_("Join"), type="primary", width="stretch")
    if pressed:
        _take(code, nickname)
    st.caption(what_is_kept())


def what_is_kept() -> str:
    """Return what is kept of a student, who sees it, and for how long."""
    return _(
        "Your nickname, your drawings and your runs are kept on this server. Everybody who uses it can see them. "
        "You can delete your own drawings; the instructor deletes all of it, or it goes after {days} days. "
        "Do not write or draw anything by which strangers could know you. You need no account: this browser is "
        "remembered by a cookie.",
        days=round(KEEP_SECONDS / _DAY),
    )


def _take(code: str, nickname: str) -> None:
    """Make this browser a student, and draw the page again; say what prevents it otherwise."""
    try:
        classes = classroom.classes()
        student = classes.join(classes.of_code(code).id, session.owner(), nickname)
    except UserError as error:
        show_error(error)
        return
    session.set_nickname(student.nickname)
    st.rerun()
