"""The lesson that a visit is in, and its step: from the address, which has them on every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mnist_core.lessons.lesson import Lesson, Step
from mnist_core.lessons.lesson_files import load_lesson
from mnist_core.lessons.problems import LessonError
from mnist_core.lessons.task import read_task
from mnist_core.runs.lesson_progress import LessonProgress, Progress
from mnist_core.text.escape import quoted
from pages.shared import services
from pages.visit import session
from pages.visit.language import current_language

_KEPT = "lesson"
END = "end"
"""The step in the address behind the last one, where the lesson is looked back at."""


@dataclass(frozen=True)
class CurrentLesson:
    """A lesson, and the number of a step of it, from 1; one more than it has at its end.

    `task` is what the address has in place of a name if the lesson is an exercise, "" else.
    """

    lesson: Lesson
    number: int
    task: str = ""

    @property
    def step(self) -> Step | None:
        """The step; None at the end."""
        return None if self.at_end else self.lesson.steps[self.number - 1]

    @property
    def at_end(self) -> bool:
        """Whether all steps lie behind."""
        return self.number > len(self.lesson.steps)

    @property
    def address(self) -> dict[str, str]:
        """The query of an address at this step."""
        step = END if self.at_end else str(self.number)
        if self.task:
            return {session.TASK: self.task, session.LESSON_STEP: step}
        return {session.LESSON: self.lesson.name, session.LESSON_STEP: step}

    def at(self, number: int) -> CurrentLesson:
        """Return another step of the same lesson."""
        return replace(self, number=number)


class UnknownStep(LessonError):
    """The address asks for a step that the lesson does not have; `first` is the one to begin with."""

    def __init__(self, first: CurrentLesson, step: str) -> None:
        lesson = first.lesson
        super().__init__(
            f"The lesson “{lesson.title}” has no step {quoted(step, 20)}: its steps are 1 to {len(lesson.steps)}."
        )
        self.first = first


def lesson_at(asked: Mapping[str, str]) -> CurrentLesson | None:
    """Return what a query asks for: a lesson by its name, or an exercise; None if it asks for neither.

    Raises `LessonError` for an unknown lesson or what is no exercise, `UnknownStep` for a step.
    """
    task = asked.get(session.TASK, "")
    if task:
        lesson = read_task(task)
    elif session.LESSON in asked:
        lesson = load_lesson(asked[session.LESSON][:200], current_language())
    else:
        return None
    first, last = CurrentLesson(lesson, 1, task), len(lesson.steps)
    step = asked.get(session.LESSON_STEP, "1")[:200]
    if step == END:
        return first.at(last + 1)
    if not (step.isascii() and step.isdecimal() and len(step) < 5 and 1 <= int(step) <= last):
        raise UnknownStep(first, step)
    return first.at(int(step))


def lesson_in_address() -> CurrentLesson | None:
    """Return the lesson and the step that the address asks for; None if it asks for none. Raises `LessonError`."""
    return lesson_at(session.view_in_address(session.LESSON_ADDRESS))


def put_back_into_address() -> None:
    """Let the address ask for the lesson of the visit again if a link has dropped it."""
    kept: dict[str, str] = session.get(_KEPT, {})
    if kept and not session.view_in_address((session.LESSON, session.TASK)):
        session.put_view_in_address(session.LESSON_ADDRESS, kept)


def kept_lesson() -> CurrentLesson | None:
    """Return where the visit was in its last rerun; None if it was in no lesson."""
    return lesson_at(session.get(_KEPT, {}))


def keep(current: CurrentLesson) -> None:
    """Remember where the visit is."""
    session.put(_KEPT, current.address)


def leave() -> None:
    """Leave the lesson: neither the visit nor its address asks for one."""
    session.put(_KEPT, {})
    session.put_view_in_address(session.LESSON_ADDRESS, {})


def progress_in(lesson: Lesson) -> Progress:
    """Return the steps of a lesson that this browser has reached."""
    return _store().of(session.owner(), lesson.name)


def reach(current: CurrentLesson) -> None:
    """Note in the store that this browser is at a step now."""
    if not current.at_end:
        _store().reach(session.owner(), session.nickname(), current.lesson.name, current.number)


def finish(current: CurrentLesson) -> None:
    """Note in the store that this browser has done the step."""
    if not current.at_end:
        _store().finish(session.owner(), session.nickname(), current.lesson.name, current.number)


def keep_guess(current: CurrentLesson, guess: str) -> None:
    """Keep in the store what is guessed at a step."""
    _store().guess(session.owner(), session.nickname(), current.lesson.name, current.number, guess)


def _store() -> LessonProgress:
    return LessonProgress(services.store())
