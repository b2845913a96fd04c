"""The bar of a lesson over the page: which step this is, what to do, whether it is done, and the way on.

`pages/main.py` draws it before the page. Pages know nothing of it, but for the controls that it hides or fixes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.lessons.lesson import Step
from mnist_core.lessons.problems import LessonError
from mnist_core.runs.lesson_progress import Progress, StepProgress
from mnist_core.text.escape import for_markdown, sentence_for_markdown
from pages.lessons.criteria import is_done, own_frame
from pages.lessons.current_lesson import (
    CurrentLesson,
    UnknownStep,
    finish,
    kept_lesson,
    lesson_in_address,
    progress_in,
    put_back_into_address,
)
from pages.lessons.end import show_end
from pages.lessons.enter_step import arrive, dataset_of, go_to, leave_lesson
from pages.lessons.lesson_line.lesson_line import show_line
from pages.lessons.lesson_list import all_done
from pages.lessons.question import show_question, shows_the_answer
from pages.navigation import DATA, START
from pages.shared.controls import AwaitedDrawings, release_controls, set_controls
from pages.shared.messages import in_words, show_error
from pages.visit.language import _

BAR = "lesson_bar"
"""The key of the container, which bar.css lays out."""


def show_bar(page: str) -> bool:
    """Draw the bar over the page with that path in the address, if the visit is in a lesson.

    Returns whether the page may be drawn: not while it would show the answer to a question without a guess.
    Side effects: a lesson in the address is begun, its step is ticked if it is done, and controls are hidden or fixed.
    """
    release_controls()
    put_back_into_address()
    with st.container(key=BAR, gap=None):  # always, so that nothing of the page is rebuilt when a lesson begins or ends
        try:
            current = lesson_in_address()
            if current is not None:
                _follow(current, page)
                return _show(current, page)
        except LessonError as error:
            _say_what_is_wrong(error)
        except UserError as error:
            show_error(error)
    return True


def _follow(current: CurrentLesson, page: str) -> None:
    """Begin the lesson of the address, or go on where the visit is, which the browser's Back may have changed."""
    kept = _kept_or_none()
    begins = kept is None or kept.lesson.name != current.lesson.name
    if begins or (kept is not None and kept.number != current.number):
        arrive(current, page, begins=begins)


def _kept_or_none() -> CurrentLesson | None:
    try:
        return kept_lesson()
    except LessonError:  # its file has changed meanwhile
        return None


def _show(current: CurrentLesson, page: str) -> bool:
    st.html(Path(__file__).with_name("bar.css"))
    step, progress = current.step, _with_other_steps(current, page, progress_in(current.lesson))
    known = progress.get(current.number)
    guess = known.guess if known else ""
    done = _is_done(current, progress, page)
    if step is not None:
        awaited = None if done or known is None else _awaited_drawings(step, known)
        set_controls(step.hide, step.fix, step.settings, drawings=awaited)
    with st.container(key="lesson_row", horizontal=True, vertical_alignment="center", gap="xsmall"):
        show_line(current, done)
        _show_buttons(current, page)
    if step is None:
        with st.container(key="lesson_end", gap="xsmall"):
            show_end(current.lesson, progress)
        return True
    _show_text(step, done)
    show_question(current, guess)
    if shows_the_answer(current, page, guess):
        st.caption(_("This page shows the answer. It appears after your guess."))
        return False
    return True


def _with_other_steps(current: CurrentLesson, page: str, progress: Progress) -> Progress:
    """Tick steps that were left too early and are done now, as by a run that has ended since; return what is known."""
    steps = dict(enumerate(current.lesson.steps, 1))
    left = [number for number in progress if number in steps and number != current.number and not progress[number].done]
    own_runs = cache(own_frame)  # asked for once, and not at all where no step is left
    done = [number for number in left if is_done(steps[number], page, progress[number].reached_at, own_runs)]
    for number in done:
        finish(current.at(number))
    return progress_in(current.lesson) if done else progress


def _awaited_drawings(step: Step, known: StepProgress) -> AwaitedDrawings | None:
    wanted = step.criterion.drawings if step.criterion else 0
    return AwaitedDrawings(wanted, known.reached_at) if wanted else None


def _show_text(step: Step, done: bool) -> None:
    with st.container(key="lesson_text", gap="xsmall"):
        st.markdown(step.text)
    with st.container(key="lesson_done" if done else "lesson_do", gap="xsmall"):
        if step.do:
            st.markdown(f":material/arrow_right_alt: **{step.do}**")
        if step.dataset and dataset_of(step) is None:
            name = for_markdown(step.dataset)
            missing = _("The images of this step, {name}, are not here yet: download or add them on Data.", name=name)
            st.page_link(DATA.views[0].script, label=missing, icon=":material/warning:")


def _is_done(current: CurrentLesson, progress: Progress, page: str) -> bool:
    """Whether the tick is shown: at a step that is done, and at the end if all are."""
    step, known = current.step, progress.get(current.number)
    if step is None:
        return all_done(current.lesson, progress)
    return (known is not None and known.done) or _ticks_now(current, step, known, page)


def _ticks_now(current: CurrentLesson, step: Step, known: StepProgress | None, page: str) -> bool:
    """Whether the criterion of a step is met now; the store learns it, so that the step stays ticked."""
    if not is_done(step, page, known.reached_at if known else 0.0):
        return False
    finish(current)
    return True


def _show_buttons(current: CurrentLesson, page: str) -> None:
    with st.container(key="lesson_buttons", horizontal=True, width="content", gap="xsmall"):
        back, onward = ":material/arrow_back:", ":material/arrow_forward:"
        if st.button(_("Back"), key="lesson_back", icon=back, disabled=current.number == 1):
            go_to(current.at(current.number - 1), page)
        if current.step is not None:
            label = _("Finish") if current.number == len(current.lesson.steps) else _("Next")
            if st.button(label, key="lesson_next", icon=onward):
                if current.step.criterion is None:
                    finish(current)
                go_to(current.at(current.number + 1), page)
        st.button(_("Leave"), key="lesson_leave", type="tertiary", on_click=leave_lesson)


def _say_what_is_wrong(error: LessonError) -> None:
    """Say that the lesson or the step of the address is unknown or broken, with a way on."""
    with st.container(key="lesson_error", gap="xsmall"):
        st.html(Path(__file__).with_name("bar.css"))
        st.warning(sentence_for_markdown(in_words(error)), icon=":material/search_off:")
        with st.container(horizontal=True):
            if isinstance(error, UnknownStep):
                _offer_first_step(error.first)
            st.button(_("Close"), key="lesson_leave", on_click=leave_lesson)
            st.page_link(START.views[0].script, label=_("All lessons"), icon=":material/school:")


def _offer_first_step(first: CurrentLesson) -> None:
    if st.button(_("Begin at step 1"), key="lesson_begin", icon=":material/play_arrow:"):
        go_to(first)
