"""Hand out: the instructor gives all students a lesson or the settings of a run, with a sentence."""

from __future__ import annotations

import streamlit as st

from mnist_core.export.tables import settings_query
from mnist_core.lessons.lesson_files import lessons
from mnist_core.runs import Classroom, Run, State
from mnist_core.runs.classes.store import TEXT_LENGTH
from mnist_core.text.escape import clean, for_markdown
from pages.classroom.instructor.actions import act, hand_out, take_back
from pages.navigation import TRAIN
from pages.shared import services
from pages.shared.classroom import classes
from pages.shared.page_addresses import target_of
from pages.visit import session
from pages.visit.language import _, current_language

_LESSON, _SETTINGS = "lesson", "settings"
MOST_RUNS = 100
"""Runs whose settings are offered, the instructor's own first."""


def show_hand_out(open_class: Classroom) -> None:
    """Draw the button that opens the dialog, and what is handed out now, which can be taken back."""
    if st.button(_("Hand out"), icon=":material/campaign:", type="primary"):
        st.dialog(_("Hand out to all"))(_choose)(open_class)


def show_handed_out(open_class: Classroom) -> None:
    """Say what is handed out now, with a button that takes it back; nothing if nothing is."""
    target = target_of(open_class.handout) if open_class.handout else None
    if target is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        words = for_markdown(open_class.handout_text, TEXT_LENGTH) or _("without a sentence")
        st.markdown(
            ":material/campaign: " + _("Handed out, {page}: {words}", page=for_markdown(_(target.title)), words=words),
            width="content",
        )
        st.button(_("Take back"), key="take_back_handout", type="tertiary", on_click=act, args=(take_back,))


def _choose(open_class: Classroom) -> None:
    kinds = {_LESSON: _("A lesson"), _SETTINGS: _("Settings of a run")}
    kind = st.segmented_control(
        _("What"), list(kinds), default=_LESSON, required=True, format_func=kinds.__getitem__, key="handout_kind"
    )
    address, proposal = _choose_settings(open_class) if kind == _SETTINGS else _choose_lesson()
    text = st.text_input(
        _("A sentence"), proposal, max_chars=TEXT_LENGTH, key=f"handout_text_{address}", help=_("All students see it.")
    )
    if st.button(_("Hand out to all"), type="primary", disabled=not address):
        act(hand_out(address, text))
        st.rerun()


def _choose_lesson() -> tuple[str, str]:
    """Return the address of the lesson that is chosen, and a sentence to begin with."""
    known = lessons(current_language())
    titles = {name: clean(lesson.title) for name, lesson in known.items()}
    if not known:
        return "", ""
    name = st.selectbox(_("Lesson"), list(known), format_func=titles.__getitem__, key="handout_lesson")
    return f"{known[name].steps[0].page}?lesson={name}&step=1", _("Now: {title}", title=titles[name])


def _choose_settings(open_class: Classroom) -> tuple[str, str]:
    """Return the address that fills in the settings of the run that is chosen, and a sentence to begin with."""
    runs = {run.id: run for run in _runs(open_class)}
    titles = {
        number: clean(_("Run {run} of {nickname}: {what}", run=number, nickname=run.nickname, what=_(run.description)))
        for number, run in runs.items()
    }
    if not runs:
        st.caption(_("There is no run yet whose settings could be handed out."))
        return "", ""
    number = st.selectbox(
        _("Run"),
        list(runs),
        format_func=titles.__getitem__,
        key="handout_run",
        help=_("Yours come first: train what the class is to begin with."),
    )
    address = f"{TRAIN.views[0].url_path}?{settings_query(runs[number].config)}"
    return address, _("Try these settings: {what}", what=_(runs[number].config.describe()))[:TEXT_LENGTH]


def _runs(open_class: Classroom) -> list[Run]:
    """Return the instructor's own runs and those of the class, newest first, without those that have no settings."""
    own = services.store().runs(session.owner())
    found = {run.id: run for run in [*own, *classes().runs(open_class.id)]}
    return [run for run in found.values() if run.state is not State.DAMAGED and not run.imported][:MOST_RUNS]
