"""Who a student is in the class: another nickname, or leaving it."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs import Classroom, Student
from mnist_core.runs.classes.records import NICKNAME_LENGTH
from mnist_core.text.escape import for_markdown
from pages.shared import classroom, services
from pages.shared.messages import show_error
from pages.visit import session
from pages.visit.language import _, ngettext


def show_membership(open_class: Classroom, student: Student) -> None:
    """Say who a student is; behind it they take another nickname, or leave the class with their drawings."""
    with st.popover(_("You are {nickname} here.", nickname=for_markdown(student.nickname)), icon=":material/person:"):
        _offer_renaming(open_class, student)
        _offer_leaving(open_class, student)


def _offer_renaming(open_class: Classroom, student: Student) -> None:
    with st.form("rename_student", border=False):
        nickname = st.text_input(
            _("Nickname"),
            student.nickname,
            max_chars=NICKNAME_LENGTH,
            help=_("Your runs keep the one they began with."),
        )
        pressed = st.form_submit_button(_("Change the nickname"), width="stretch")
    if pressed:
        try:
            renamed = classroom.classes().join(open_class.id, student.owner, nickname)
        except UserError as error:
            show_error(error)
            return
        session.set_nickname(renamed.nickname)
        st.rerun()


def _offer_leaving(open_class: Classroom, student: Student) -> None:
    """Draw the button that leaves, once the box is ticked that says what goes."""
    number = services.handwriting().counts(open_class.set_id).get(student.owner, 0)
    what = ngettext(
        "Leave, and delete {number} drawing permanently. Your runs stay yours.",
        "Leave, and delete {number} drawings permanently. Your runs stay yours.",
        number,
    )
    sure = st.checkbox(what, key="leave_class_sure")
    if st.button(_("Leave the class"), icon=":material/logout:", disabled=not sure, key="leave_class") and sure:
        try:
            classroom.classes().remove_student(open_class.id, student.owner)
        except UserError as error:
            show_error(error)
            return
        st.rerun()
