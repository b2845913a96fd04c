"""The bar of a lesson over the page: which step this is, what to do, whether it is done, and the way on.

`pages/main.py` draws it before the page. Pages know nothing of it, but for the controls that it hides or fixes.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.lessons.lesson import Step
from mnist_core.lessons.problems import LessonError
from mnist_core.runs.lesson_progress import Progress
from mnist_core.text.escape import sentence_for_markdown
from pages.lessons.criteria import is_done
from pages.lessons.current_lesson import (
    CurrentLesson,
    UnknownStep,
    finish,
    keep,
    kept_lesson,
    leave,
    lesson_in_address,
    progress_in,
    put_back_into_address,
    reach,
)
from pages.lessons.enter_step import arrive, go_to
from pages.lessons.lesson_line.lesson_line import show_line
from pages.lessons.question import show_question
from pages.lessons.watch import watch
from pages.navigation import START
from pages.shared.controls import release_controls, set_controls
from pages.shared.messages import show_error

BAR = "lesson_bar"
"""The key of the container, which bar.css lays out."""


def show_bar(page: str) -> None:
    """Draw the bar over the page with that path in the address, if the visit is in a lesson.

    Side effects: a lesson in the address is begun, its step is ticked if it is done, and controls are hidden or fixed.
    """
    release_controls()
    put_back_into_address()
    try:
        current = lesson_in_address()
        if current is None:
            return
        _follow(current, page)
        _show(current, page)
    except LessonError as error:
        _say_what_is_wrong(error)
    except UserError as error:
        show_error(error)


def _follow(current: CurrentLesson, page: str) -> None:
    """Begin the lesson of the address, or go on where the visit is, which the browser's Back may have changed."""
    kept = _kept_or_none()
    if kept is None or kept.lesson.name != current.lesson.name:
        arrive(current, page)
    elif kept.number != current.number:
        keep(current)
        reach(current)


def _kept_or_none() -> CurrentLesson | None:
    try:
        return kept_lesson()
    except LessonError:  # its file has changed meanwhile
        return None


def _show(current: CurrentLesson, page: str) -> None:
    st.html(Path(__file__).with_name("bar.css"))
    step = current.step
    progress = progress_in(current.lesson)
    with st.container(key=BAR, gap=None):
        if step is None:
            return
        set_controls(step.hide, step.fix, step.settings)
        done = _is_ticked(current, step, page, progress)
        with st.container(key="lesson_row", horizontal=True, vertical_alignment="center", gap="xsmall"):
            show_line(current, done)
            _show_buttons(current, page, done)
        with st.container(key="lesson_text", gap="xsmall"):
            st.markdown(step.text)
            if step.do:
                st.markdown(f":material/arrow_right: **{step.do}**")
        known = progress.get(current.number)
        show_question(current, known.guess if known else "")
        if not done:
            watch(step, page)


def _is_ticked(current: CurrentLesson, step: Step, page: str, progress: Progress) -> bool:
    """Whether a step is done, now or earlier; the store learns it."""
    known = progress.get(current.number)
    if known is not None and known.done:
        return True
    if not is_done(step, page):
        return False
    finish(current)
    return True


def _show_buttons(current: CurrentLesson, page: str, done: bool) -> None:
    with st.container(key="lesson_buttons", horizontal=True, width="content", gap="xsmall"):
        if st.button("Back", key="lesson_back", icon=":material/arrow_back:", disabled=current.number == 1):
            go_to(current.at(current.number - 1), page)
        last = current.number == len(current.lesson.steps)
        if st.button("Finish" if last else "Next", key="lesson_next", icon=":material/arrow_forward:"):
            if current.step is not None and current.step.criterion is None:
                finish(current)
            go_to(current.at(current.number + 1), page)
        st.button("Leave", key="lesson_leave", type="tertiary", on_click=leave)


def _say_what_is_wrong(error: LessonError) -> None:
    """Say that the lesson or the step of the address is unknown or broken, with a way on."""
    with st.container(key=BAR, gap="xsmall"):
        st.warning(sentence_for_markdown(error), icon=":material/search_off:")
        with st.container(horizontal=True):
            if isinstance(error, UnknownStep):
                _offer_first_step(error.first)
            st.button("Close", key="lesson_leave", on_click=leave)
            st.page_link(START.views[0].script, label="All lessons", icon=":material/school:")


def _offer_first_step(first: CurrentLesson) -> None:
    if st.button("Begin at step 1", key="lesson_begin", icon=":material/play_arrow:"):
        go_to(first)
