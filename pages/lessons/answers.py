"""The answer to the question of a step, with its reason, from this browser's own runs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

import pandas as pd
import streamlit as st

from mnist_core.errors import UserError
from mnist_core.evaluation.confusion_matrix import confusion_matrix
from mnist_core.evaluation.measurement import majority_class_accuracy
from mnist_core.lessons.answer import AskedRun, answer_to
from mnist_core.lessons.asked_run import NoAnswerYet, asked_run, what_is_missing
from mnist_core.lessons.lesson import MOST_CONFUSED_PAIR, Question
from mnist_core.lessons.reason import reasons_for
from mnist_core.runs import Run
from pages.shared import services
from pages.shared.run_facts import curves_of
from pages.visit import session


class Answer(NamedTuple):
    """An answer as the end of a sentence, "it is 91.80 %", the reasons for it, and the run that has it. Plain text."""

    text: str
    reasons: list[str]
    run: int


def find_answer(question: Question) -> Answer | NoAnswerYet:
    """Return what the newest run that a question is about says. Raises `UserError` if its images are missing."""
    everybodys, owner = services.all_runs(), session.owner()
    runs = [run for run in everybodys.runs if run.owner == owner]
    frame = everybodys.frame.loc[[run.id for run in runs]]
    run = asked_run(question, runs, frame)
    if run is None:
        return what_is_missing(question, runs, frame)
    return _answer(run.id, run.updated_at, question.answer, question, run, frame.loc[run.id])


@st.cache_resource(max_entries=256, show_spinner=False)
def _answer(run_id: int, updated_at: float, asked_for: str, _question: Question, _run: Run, _row: pd.Series) -> Answer:
    asked = _known_of(_run, _row, with_matrix=asked_for == MOST_CONFUSED_PAIR)
    return Answer(answer_to(_question, asked), reasons_for(_question, asked), run_id)


def _known_of(run: Run, row: pd.Series, with_matrix: bool) -> AskedRun:
    images = services.dataset(run.dataset_sha256)
    facts = replace(curves_of(run), scores=services.reading(run))
    labels = images.test_labels
    return AskedRun(
        row,
        facts,
        tuple(images.class_names),
        len(labels),
        majority_class_accuracy(labels),
        _matrix(run) if with_matrix else None,
    )


def _matrix(run: Run) -> pd.DataFrame | None:
    """Return the confusion matrix of a run's network; None if that is gone."""
    images = services.dataset(run.dataset_sha256)
    with suppress(UserError):
        predicted = services.test_probabilities(services.network(run.id), run.dataset_sha256).argmax(axis=1)
        return confusion_matrix(images.test_labels, predicted, len(images.class_names))
    return None
