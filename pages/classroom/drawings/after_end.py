"""What is left for a student when the class is over: their runs and drawings, and until when they are kept."""

from __future__ import annotations

import streamlit as st

from pages.classroom.drawings.own_drawings import show_own_drawings
from pages.classroom.results.own_runs import show_own_runs
from pages.shared import classroom
from pages.visit.language import _


def show_ended_class() -> None:
    """Say to a student of the last class that it is over, and show their runs and drawings; nothing to others."""
    last = classroom.latest()
    student = classroom.me_in(last) if last else None
    if last is None or last.is_open or student is None:
        return
    st.info(
        _(
            "The class is over. Nobody can draw for it any more; your drawings are kept until {date}. What is still on "
            "your canvas is on the Draw page.",
            date=last.deletion_day,
        ),
        icon=":material/event_available:",
    )
    show_own_runs(last)
    show_own_drawings(last, student)
