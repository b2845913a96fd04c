"""The fields of the question of an exercise: what is guessed, in which words, and among which answers."""

from __future__ import annotations

import streamlit as st

from mnist_core.config import TrainConfig
from mnist_core.errors import UserError
from mnist_core.ledger import COLUMNS, column
from mnist_core.lessons.exercise import choices_in, filter_for
from mnist_core.lessons.lesson import MOST_CONFUSED_PAIR, OTHER_ANSWERS, OUTCOME, Question
from mnist_core.lessons.read_lesson import CHOICES, LONGEST_CHOICE, LONGEST_LINE
from mnist_core.lessons.text_check import text_problem
from mnist_core.text.sentence import marked
from pages.visit.language import _

NONE = ""
ANSWERS = (NONE, "test_accuracy", *OTHER_ANSWERS, *(it.name for it in COLUMNS if it.result and not it.only_if_any))
_ASK = {
    OUTCOME: marked("What will become of this network?"),
    MOST_CONFUSED_PAIR: marked("Which two classes will it confuse most often?"),
}

_OTHER_LABELS = {OUTCOME: marked("Outcome"), MOST_CONFUSED_PAIR: marked("Most confused pair")}


class QuestionRefused(UserError):
    """What was typed makes no question."""


def choose_question(config: TrainConfig, dataset: str) -> Question | None:
    """Draw the fields and return the question about runs with these settings on that dataset; None for no question.

    Raises `QuestionRefused`.
    """
    labels = {answer: _label(answer) for answer in ANSWERS}
    answer = st.selectbox(
        _("Let the learner guess first"),
        tuple(labels),
        format_func=labels.__getitem__,
        key="exercise_answer",
        help=_("The learner guesses before the run shows the answer. Then both stand side by side, with the reason."),
    )
    if answer == NONE:
        return None
    left, right = st.columns(2)
    default = _(_ASK[answer]) if answer in _ASK else _("{quantity}: what will it be?", quantity=labels[answer])
    ask = left.text_input(_("Question"), default, key=f"exercise_ask_{answer}").strip()
    choices = choices_in(
        right.text_input(
            _("Choices"),
            key=f"exercise_choices_{answer}",
            placeholder="50 %; 90 %",
            help=_("Separated by semicolons. Without choices, the learner types a number or picks among the classes."),
        )
    )
    _check(ask, choices)
    return Question(ask, answer, filter_for(config, dataset), choices)


def _check(ask: str, choices: tuple[str, ...]) -> None:
    if not ask:
        raise QuestionRefused("The question is missing.")
    if problem := text_problem(ask, LONGEST_LINE):
        raise QuestionRefused("The question {problem}", problem=problem.text)
    if choices and len(choices) not in CHOICES:
        raise QuestionRefused(
            "A question has {fewest} to {most} choices or none, not {choices}.",
            fewest=CHOICES[0],
            most=CHOICES[-1],
            choices=len(choices),
        )
    for choice in choices:
        if problem := text_problem(choice, LONGEST_CHOICE):
            raise QuestionRefused("A choice {problem}", problem=problem.text)


def _label(answer: str) -> str:
    if answer == NONE:
        return _("Nothing")
    return _(_OTHER_LABELS[answer] if answer in _OTHER_LABELS else column(answer).label)
