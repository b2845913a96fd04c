"""Why a question of a lesson has its answer, in plain words and from the state of the run that it is about."""

from __future__ import annotations

import pandas as pd

from mnist_core.diagnosis.hints.not_finite import not_finite
from mnist_core.diagnosis.hints.stuck import change_to_try
from mnist_core.diagnosis.outcome import describe_outcome
from mnist_core.evaluation.confusion_matrix import most_confused_pairs
from mnist_core.ledger.filter import find_column
from mnist_core.lessons.answer import MOST_PAIRS, AskedRun, Outcome
from mnist_core.lessons.asked_run import value_of
from mnist_core.lessons.lesson import MOST_CONFUSED_PAIR, OTHER_ANSWERS, Question
from mnist_core.model.architecture import layer_table
from mnist_core.text.sentence import sentence
from mnist_core.text.words import percent

MEASURED = ("accuracy", "loss", "gap")
"""Columns with one of these words in their names say how well a network does, which the outcome explains."""


def reasons_for(question: Question, asked: AskedRun) -> list[str]:
    """Return the reason as sentences of plain text, none if the run's state tells none."""
    if question.answer == MOST_CONFUSED_PAIR and asked.matrix is not None:
        return _confusions(asked.matrix, asked.class_names)
    if question.answer in OTHER_ANSWERS:
        return _outcome(asked)
    item = find_column(question.answer)
    if value_of(question, asked.row) is None or any(word in item.name for word in MEASURED):
        return _outcome(asked)
    if item.name == "parameters":
        return [_parameters(asked)]
    return [item.help if item.help.endswith(".") else f"{item.help}."] if item.help else []


def _outcome(asked: AskedRun) -> list[str]:
    """Say what became of a network, and why, as far as its run tells."""
    run, scores = asked.facts.run, asked.facts.scores
    if asked.diverged:
        return _why_diverged(asked)
    if scores is None:
        return _only_tested(asked)
    said = [describe_outcome(run, scores, advise=False)]
    return [*said, change_to_try(asked.facts)[0]] if asked.outcome is Outcome.AT_CHANCE else said


def _why_diverged(asked: AskedRun) -> list[str]:
    """Give the first sentence of the run's own message, whose second one is advice, and what overshot."""
    what = asked.facts.run.message.partition(". ")[0].rstrip(".")
    why = not_finite(asked.facts)
    return [*([f"{what}."] if what else []), *([why.text] if why else [])]


def _only_tested(asked: AskedRun) -> list[str]:
    """Speak of a run whose test accuracy alone is known: an imported network, or one that was deleted."""
    run = asked.facts.run
    if run.test_accuracy is None:
        return []
    said = sentence(
        "It classifies {accuracy} of {images:,} test images correctly; always answering with the most frequent class "
        "gives {baseline}.",
        accuracy=percent(run.test_accuracy),
        images=asked.test_images,
        baseline=percent(asked.test_baseline),
    )
    return [said, sentence("How it was trained is unknown, because it was imported.")] if run.imported else [said]


def _confusions(matrix: pd.DataFrame, names: tuple[str, ...]) -> list[str]:
    """Give the errors of each pair in both directions."""
    counts = matrix.to_numpy()
    wrong = int(counts.sum() - counts.trace())
    errors, pairs = most_confused_pairs(matrix)
    if not errors or len(pairs) > MOST_PAIRS:
        return [
            sentence(
                "Of {images:,} test images, {wrong:,} were classified wrongly.", images=int(counts.sum()), wrong=wrong
            )
        ]
    return [
        sentence(
            "{there:,} of {ones:,} images of {one} were taken for {other}, and {back:,} of {others:,} of {other} for "
            "{one}: {errors:,} of {wrong:,} errors.",
            there=int(counts[one, other]),
            ones=int(counts[one].sum()),
            one=names[one],
            other=names[other],
            back=int(counts[other, one]),
            others=int(counts[other].sum()),
            errors=errors,
            wrong=wrong,
        )
        for one, other in pairs
    ]


def _parameters(asked: AskedRun) -> str:
    layers = layer_table(asked.facts.run.architecture(len(asked.class_names)))
    return f"{'; '.join(f'{it.name}: {it.arithmetic}' for it in layers if it.parameters)}."
