"""The list of lessons at the foot of Start, with how far this browser is in each."""

from __future__ import annotations

import streamlit as st

from mnist_core.lessons.lesson import Lesson
from mnist_core.lessons.lesson_files import lessons
from mnist_core.runs import LessonProgress
from mnist_core.runs.lesson_progress import Progress
from mnist_core.text.escape import for_markdown
from pages.lessons.current_lesson import CurrentLesson
from pages.lessons.enter_step import SCRIPTS
from pages.navigation import START
from pages.shared import services
from pages.visit import session
from pages.visit.language import _, current_language


def show_below(page: str) -> None:
    """Draw the list below the page with that path, if it is Start."""
    if page != START.views[0].url_path:
        return
    known = lessons(current_language()).values()
    reached = LessonProgress(services.store()).of_all_lessons(session.owner())
    if not known:
        return
    with st.container(key="lessons", gap="xxsmall"):
        st.markdown("## " + _("Lessons"))
        for lesson in known:
            link_to(lesson, reached.get(lesson.name, {}))


def link_to(lesson: Lesson, progress: Progress) -> None:
    """Draw a link to the step that a lesson goes on with, and a sentence on what it is about."""
    current = CurrentLesson(lesson, _goes_on_at(lesson, progress))
    step = lesson.steps[current.number - 1]
    done = all_done(lesson, progress)
    parts = [for_markdown(lesson.title), _("{minutes} minutes", minutes=lesson.minutes)]
    if done:
        parts.append(_("done"))
    elif progress:
        parts.append(_("step {step} of {steps}", step=current.number, steps=len(lesson.steps)))
    icon = ":material/check_circle:" if done else ":material/school:"
    st.page_link(SCRIPTS[step.page], label=" · ".join(parts), icon=icon, query_params=current.address)
    st.caption(for_markdown(lesson.description, 300))


def all_done(lesson: Lesson, progress: Progress) -> bool:
    """Whether each step of a lesson is done."""
    return all(number in progress and progress[number].done for number in range(1, len(lesson.steps) + 1))


def _goes_on_at(lesson: Lesson, progress: Progress) -> int:
    """Return the step that was looked at last; the first one of a lesson that is done or has not been begun."""
    if all_done(lesson, progress):
        return 1
    there = [number for number in progress if 1 <= number <= len(lesson.steps)]  # its file may have had more
    return max(there, key=lambda number: progress[number].at, default=1)
