"""The place Class: a workshop. Its instructor, its students, and who is neither see views of their own."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs import Classroom
from mnist_core.text.escape import for_markdown
from mnist_core.text.sentence import marked
from pages.classroom.drawings.after_end import show_ended_class
from pages.classroom.drawings.draw_ten import show_draw_ten
from pages.classroom.drawings.wall.wall import show_wall
from pages.classroom.instructor.view import show_runs
from pages.classroom.invite import show_invite
from pages.classroom.join import show_join
from pages.classroom.membership import show_membership
from pages.classroom.open_class import show_opening
from pages.classroom.pin_field import show_pin_field
from pages.classroom.results.end_class import show_ended
from pages.classroom.results.view import show_results, show_results_of_student
from pages.classroom.student import show_way_to_train
from pages.shared import classroom
from pages.shared.messages import user_errors
from pages.shared.view_choice import PageView, choose_view
from pages.visit.language import _

INSTRUCTOR = {
    "invite": PageView(marked("Invite"), show_invite),
    "drawings": PageView(marked("Drawings"), show_wall),
    "runs": PageView(marked("Runs"), show_runs),
    "results": PageView(marked("Results"), show_results),
}
"""The views of an instructor, by their names in the address; each is called with the open class."""
STUDENT = {
    "draw": PageView(marked("Draw ten"), show_draw_ten),
    "train": PageView(marked("Train"), show_way_to_train),
    "results": PageView(marked("Results"), show_results_of_student),
}
"""The views of a student, likewise."""


def show_class(open_class: Classroom) -> None:
    """Draw the views of who this browser is in the class: an instructor, a student, or neither."""
    if open_class.made_up:
        st.caption(_("This is a rehearsal: the students who came with it are made up."))
    if classroom.is_instructor():
        choose_view(INSTRUCTOR, key="instructor_view").show(open_class)
        show_ended()
    elif student := classroom.me():
        choose_view(STUDENT, key="student_view").show(open_class)
        show_membership(open_class, student)
    else:
        show_join()
        show_pin_field()
        show_ended_class()


with user_errors():
    found = classroom.current()
    st.title(for_markdown(classroom.title_of(found)) if found else _("Class"), anchor=False)
    if found:
        show_class(found)
    else:
        show_ended_class()
        show_opening()
        show_ended()
