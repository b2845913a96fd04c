"""The run that the question of a lesson is about: the newest of the learner's that matches and has an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from mnist_core.ledger import matching
from mnist_core.ledger.filter import find_column
from mnist_core.ledger.table import STATUS
from mnist_core.lessons.lesson import OTHER_ANSWERS, Question
from mnist_core.runs.run_records import Failure, Run, State
from mnist_core.text.escape import clean
from mnist_core.text.sentence import Sentence, sentence


def asked_run(question: Question, runs: Sequence[Run], frame: pd.DataFrame) -> Run | None:
    """Return the newest run that answers a question; None if there is none yet.

    `runs` are the learner's, the newest first, and `frame` is the ledger's of these. A run answers once it has ended
    and is measured. One that failed answers only if it diverged: what else fails can be resumed. Raises `FilterError`.
    """
    matched = matching(frame, question.of)
    return next((run for run in runs if run.id in matched.index and _answers(question, run, matched)), None)


class NoAnswerYet(NamedTuple):
    """What to do or to wait for, as plain text, and whether a run shows something of the answer already."""

    what_to_do: Sentence
    begun: bool


def what_is_missing(question: Question, runs: Sequence[Run], frame: pd.DataFrame) -> NoAnswerYet:
    """Say why `asked_run` finds no run. Raises `FilterError`."""
    expected = _matching_at_their_end(question, frame)
    candidates = [run for run in runs if run.id in expected]
    begun = any(run.step > 0 or run.state.ended for run in candidates)
    return NoAnswerYet(_what_to_do(candidates[0] if candidates else None), begun)


def _what_to_do(newest: Run | None) -> Sentence:
    if newest is None or newest.state in (State.STOPPED, State.DAMAGED):
        return sentence("Train, and the answer appears here.")
    if newest.state is State.PAUSED:
        return sentence("Run {run} is paused. Resume it to see the answer.", run=newest.id)
    if newest.state is State.FAILED:
        why = clean(newest.message, 200)
        return sentence("Run {run} failed: {why} Train again to see the answer.", run=newest.id, why=why)
    if newest.state.ended and not newest.leased:
        return sentence("Run {run} does not have this number. Train another run to see the answer.", run=newest.id)
    return sentence("The answer appears when run {run} ends.", run=newest.id)


def value_of(question: Question, row: pd.Series) -> Any:
    """Return what the ledger's row has in the column that a question asks for; None where it is unknown."""
    value = row[find_column(question.answer).name]
    return None if value is None or value != value else value


def _matching_at_their_end(question: Question, frame: pd.DataFrame) -> pd.Index:
    """Return the runs that match now, or would if they had finished: most filters ask for finished runs."""
    finished = frame.assign(state=str(State.FINISHED), **{STATUS: State.FINISHED.word})
    return matching(frame, question.of).index.union(matching(finished, question.of).index)


def _answers(question: Question, run: Run, frame: pd.DataFrame) -> bool:
    if not run.state.ended or run.state is State.DAMAGED or run.leased:
        return False
    if run.state is State.FAILED:
        return run.failure is Failure.DIVERGED
    if question.answer in OTHER_ANSWERS:
        return bool(run.imported) or run.step > 0
    return value_of(question, frame.loc[run.id]) is not None
