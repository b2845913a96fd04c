"""The view Runs of an instructor, made for a projector: what the class trains, live, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs import Classroom
from pages.classroom.instructor import actions
from pages.classroom.instructor.hand_out import show_hand_out, show_handed_out
from pages.classroom.instructor.live_class.live_class import PAUSE, RESUME, SHOW, STOP, Act, live_class
from pages.classroom.instructor.said import show_said
from pages.classroom.instructor.shown import show_shown
from pages.visit.language import _

_ON_ONE = {
    PAUSE: actions.pause_run,
    RESUME: actions.resume_run,
    STOP: actions.stop_run,
    SHOW: actions.show_run,
}


def show_runs(open_class: Classroom) -> None:
    """Draw the view."""
    show_said()
    _show_actions(open_class)
    show_handed_out(open_class)
    show_shown(open_class)
    asked = live_class(open_class)
    if asked is not None:
        _do(asked)


def _do(asked: Act) -> None:
    actions.act(_ON_ONE[asked.action](asked.run))
    st.rerun()


def _show_actions(open_class: Classroom) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show_hand_out(open_class)
        _button(_("Pause all"), ":material/pause:", actions.pause_all)
        _button(_("Let all go on"), ":material/play_arrow:", actions.resume_all)
        if open_class.frozen:
            _button(_("Allow training again"), ":material/lock_open:", actions.unfreeze)
        else:
            _button(_("Freeze training"), ":material/ac_unit:", actions.freeze)
        with st.popover(_("Stop all"), icon=":material/stop:"):
            st.markdown(_("Stops all unfinished runs of the class. Their networks stay, and can be evaluated."))
            _button(_("Stop all runs"), ":material/stop:", actions.stop_all)
        if open_class.frozen:
            st.markdown(":material/ac_unit: " + _("Training is frozen."), width="content")


def _button(label: str, icon: str, what: actions.Action) -> None:
    st.button(label, icon=icon, on_click=actions.act, args=(what,))
