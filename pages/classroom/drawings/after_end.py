"""What is left for a student when the class is over: their runs and drawings, and until when they are kept."""

from __future__ import annotations

import streamlit as st

from mnist_core.text.escape import for_markdown
from pages.classroom.drawings.own_drawings import show_own_drawings
from pages.classroom.results.own_runs import show_own_runs
from pages.shared import classroom
from pages.visit.language import _


def show_ended_class() -> None:
    """Say to a student of a class that it is over, and show their runs and drawings; nothing to others.

    Where another class is open, whose name the page has as its title, this one is named.
    """
    its_class = classroom.mine()
    student = classroom.me_in(its_class) if its_class else None
    if its_class is None or its_class.is_open or student is None:
        return
    if classroom.is_open():
        st.header(for_markdown(classroom.title_of(its_class)), anchor=False)
    st.info(
        _(
            "The class is over. Nobody can draw for it any more; your drawings are kept until {date}. What is still on "
            "your canvas is on the Draw page.",
            date=its_class.deletion_day,
        ),
        icon=":material/event_available:",
    )
    show_own_runs(its_class)
    show_own_drawings(its_class, student)
