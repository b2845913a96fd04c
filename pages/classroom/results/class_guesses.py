"""The guesses of a class in lessons beside the answers that each student's own runs gave."""

from __future__ import annotations

from contextlib import suppress

from mnist_core.errors import UserError
from mnist_core.ledger.column_declaration import Kind
from mnist_core.ledger.filter import find_column
from mnist_core.lessons.asked_run import asked_run, value_of
from mnist_core.lessons.lesson import OTHER_ANSWERS, Question
from mnist_core.lessons.lesson_files import lessons
from mnist_core.rankings.by_guess import Guess, number_in
from mnist_core.runs import Classroom, LessonProgress, Student
from pages.shared import services
from pages.shared.classroom import classes


def class_guesses(classroom: Classroom) -> list[Guess]:
    """Return the guesses of numbers that students have made in lessons since the class was opened, with the answers.

    A guess without an answer yet is left out, and so are choices and pairs of classes, which are right or wrong.
    """
    return [guess for student in classes().students(classroom.id) for guess in _of(student, classroom.opened_at)]


def _of(student: Student, since: float) -> list[Guess]:
    known, found = lessons(), []
    for name, progress in LessonProgress(services.store()).of_all_lessons(student.owner).items():
        steps = known[name].steps if name in known else ()
        for number, at in progress.items():
            question = steps[number - 1].question if 0 < number <= len(steps) else None
            guess = number_in(at.guess)
            if question is None or question.choices or guess is None or (at.guessed_at or at.at) < since:
                continue
            with suppress(UserError):  # a filter of a lesson file that is no longer valid
                answer = _answer(student.owner, question)
                found += [] if answer is None else [Guess(student.nickname, guess, answer)]
    return found


def _answer(owner: str, question: Question) -> float | None:
    """Return the answer of the student's newest run that has one; a fraction in percent."""
    if question.answer in OTHER_ANSWERS:
        return None
    everybodys = services.all_runs()
    runs = [run for run in everybodys.runs if run.owner == owner]
    frame = everybodys.frame.loc[[run.id for run in runs]]
    run = asked_run(question, runs, frame)
    value = None if run is None else value_of(question, frame.loc[run.id])
    if not isinstance(value, (int, float)):
        return None
    return 100 * float(value) if find_column(question.answer).kind is Kind.FRACTION else float(value)
