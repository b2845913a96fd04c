"""The view Results: for the instructor the rankings and the end of the class; for a student also their own runs."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs import Classroom
from pages.classroom.instructor.actions import act
from pages.classroom.instructor.actions import show_rankings as show_to_class
from pages.classroom.instructor.said import show_said
from pages.classroom.results.end_class import show_end
from pages.classroom.results.own_runs import show_own_runs
from pages.classroom.results.rankings_view import show_rankings
from pages.visit import session
from pages.visit.language import _

_SWITCH = "rankings_shown"


def show_results(open_class: Classroom) -> None:
    """Draw the view of an instructor."""
    show_said()
    with st.container(horizontal=True, vertical_alignment="center"):
        show_end(open_class)
        session.set_widget(_SWITCH, open_class.rankings)
        st.toggle(
            _("The class sees the rankings"),
            key=_SWITCH,
            on_change=lambda: act(show_to_class(bool(session.widget(_SWITCH, False)))),
        )
    show_rankings(open_class)


def show_results_of_student(open_class: Classroom) -> None:
    """Draw a student's own runs, and the rankings, if the instructor lets the class see them."""
    show_own_runs(open_class)
    if open_class.rankings:
        show_rankings(open_class)
    else:
        st.caption(_("Rankings come at the end, if the instructor shows them."))
