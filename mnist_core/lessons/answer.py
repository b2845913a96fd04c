"""The answer to the question of a lesson, computed from what is known of the run that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.outcome import beats_baseline
from mnist_core.evaluation.confusion_matrix import most_confused_pairs
from mnist_core.ledger.column_declaration import in_words
from mnist_core.ledger.filter import find_column
from mnist_core.lessons.asked_run import value_of
from mnist_core.lessons.lesson import MOST_CONFUSED_PAIR, OUTCOME, Question
from mnist_core.runs.run_records import Failure
from mnist_core.text.sentence import Sentence, marked, sentence

MOST_PAIRS = 3
"""Pairs with the same number of errors that are named; more say only that the network confuses much alike."""


class Outcome(StrEnum):
    """What can become of a network in training. Each value is what a lesson's choices may call it."""

    LEARNED = "learned"
    AT_CHANCE = "stuck at chance"
    DIVERGED = "diverged"


_IN_WORDS = {
    Outcome.LEARNED: marked("it learned"),
    Outcome.AT_CHANCE: marked("it stayed at chance"),
    Outcome.DIVERGED: marked("it diverged"),
}


@dataclass(frozen=True)
class AskedRun:
    """What answers are made from: the ledger's row of an ended run, and the facts of its diagnosis.

    `class_names` are those of its dataset. `test_images` counts the test images, `test_baseline` is the accuracy (0 to
    1) of always giving their most frequent class. `matrix` is the confusion matrix of the test images (see
    `evaluation.metrics`), None if its network is gone.
    """

    row: pd.Series
    facts: Facts
    class_names: tuple[str, ...]
    test_images: int
    test_baseline: float
    matrix: pd.DataFrame | None = None

    @property
    def diverged(self) -> bool:
        """Whether its training ended because the loss grew beyond all bounds."""
        return self.facts.run.failure is Failure.DIVERGED

    @property
    def outcome(self) -> Outcome | None:
        """What became of the network; None if it was never tested. An imported network has learned, or has not."""
        if self.diverged:
            return Outcome.DIVERGED
        scores = self.facts.scores
        if scores is not None:
            learned = beats_baseline(scores.new.accuracy, scores.baseline, scores.images)
        elif self.facts.run.test_accuracy is not None:
            learned = beats_baseline(self.facts.run.test_accuracy, self.test_baseline, self.test_images)
        else:
            return None
        return Outcome.LEARNED if learned else Outcome.AT_CHANCE


def answer_to(question: Question, asked: AskedRun) -> Sentence:
    """Return the answer as the end of a sentence, in plain text: "it is 91.83 %", "it is 4 and 9", "it diverged".

    Says so where the run has no such answer, as the test accuracy of one that diverged in its first epoch.
    """
    if question.answer == OUTCOME:
        return sentence("it was never tested") if asked.outcome is None else Sentence(_IN_WORDS[asked.outcome])
    if question.answer == MOST_CONFUSED_PAIR:
        return _most_confused(asked)
    value = value_of(question, asked.row)
    if value is not None:
        return sentence("it is {value}", value=in_words(find_column(question.answer), value))
    return _DIVERGED if asked.diverged else sentence("it is not known")


_DIVERGED = sentence("there is none, because the training diverged")


def _most_confused(asked: AskedRun) -> Sentence:
    if asked.matrix is None:
        return _DIVERGED if asked.diverged else sentence("there is none, because the run’s network is gone")
    errors, pairs = most_confused_pairs(asked.matrix)
    if not errors:
        return sentence("it confuses no two classes")
    if len(pairs) > MOST_PAIRS:
        return sentence("{number} pairs are confused equally often", number=len(pairs))
    names = asked.class_names
    named = [sentence("{one} and {other}", one=names[one], other=names[other]) for one, other in pairs]
    return sentence("it is {value}", value=named[0] if len(named) == 1 else ", or ".join(named))
