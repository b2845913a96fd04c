"""The end of a class: its data as files, and their deletion."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs import Classroom
from mnist_core.text.escape import for_markdown
from pages.classroom.instructor.actions import require_instructor
from pages.components.download_button.download_button import download_button
from pages.shared import classroom, services
from pages.shared.downloads import addresses
from pages.shared.messages import show_error
from pages.visit.language import _


def show_end(open_class: Classroom) -> None:
    """Draw the button that opens the dialog in which a class is ended, exported and deleted."""
    if st.button(_("End the class"), icon=":material/logout:", type="primary"):
        st.dialog(_("End the class"), on_dismiss="rerun")(_end)(open_class.id)


def show_ended() -> None:
    """Draw for an instructor what is left of classes that are over: files and deletion; nothing if there are none."""
    if not classroom.is_instructor():
        return
    for ended in classroom.classes().all():
        if not ended.is_open:
            with st.expander(_("{title} is over: its data", title=for_markdown(ended.title))):
                _show_files(ended)
                _show_deletion(ended)


def _end(class_id: int) -> None:
    its_class = classroom.classes().of_id(class_id)
    if its_class.is_open:
        st.markdown(
            _(
                "Nobody joins, draws or trains for the class any more once it is ended. Its drawings and runs stay "
                "until you delete them."
            )
        )
    _show_files(its_class)
    if its_class.is_open and st.button(_("End it now"), icon=":material/logout:", type="primary"):
        try:
            require_instructor()
            classroom.classes().end(class_id)
            classroom.forget()
        except UserError as error:
            show_error(error)
            return
        st.rerun(scope="app")
    _show_deletion(its_class)


def _show_files(its_class: Classroom) -> None:
    number = its_class.id
    with st.container(horizontal=True):  # without help, which would cover the buttons below
        download_button(_("Drawings (npz)"), addresses.of_class(number, "npz"), key=f"class_npz_{number}")
        download_button(_("Runs (CSV)"), addresses.of_class(number, "csv"), key=f"class_csv_{number}")


def _show_deletion(its_class: Classroom) -> None:
    """Draw what is deleted, and the button that does it once the box is ticked that says so."""
    st.caption(
        _(
            "Unless you delete it before, all of it is deleted by itself on {day}, 30 days after the start.",
            day=its_class.deletion_day,
        )
    )
    sure = st.checkbox(_("Delete permanently: {what}", what=_what_goes(its_class)), key=f"delete_class_{its_class.id}")
    pressed = st.button(
        _("Delete everything"),
        icon=":material/delete_forever:",
        disabled=not sure,
        key=f"delete_class_now_{its_class.id}",
    )
    if pressed and sure:
        try:
            require_instructor()
            classroom.classes().delete(its_class.id)
            classroom.forget()
        except UserError as error:
            show_error(error)
            return
        st.rerun(scope="app")


def _what_goes(its_class: Classroom) -> str:
    numbers = {
        "drawings": sum(services.handwriting().counts(its_class.set_id).values()),
        "runs": len(classroom.classes().runs(its_class.id)),
        "students": len(classroom.classes().students(its_class.id)),
    }
    return _(
        "drawings ({drawings}), runs with their networks ({runs}), nicknames ({students}) and steps of lessons",
        **numbers,
    )
