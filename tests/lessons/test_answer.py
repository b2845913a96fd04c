"""The answers to questions of lessons, and the reasons: of runs in every state, with figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.evaluation.measurement import RunScores
from mnist_core.evaluation.metrics import Score
from mnist_core.lessons.answer import AskedRun, answer_to
from mnist_core.lessons.asked_run import asked_run, what_is_missing
from mnist_core.lessons.lesson import MOST_CONFUSED_PAIR, OUTCOME, Question
from mnist_core.lessons.reason import reasons_for
from mnist_core.model.architecture import Architecture, Hidden
from mnist_core.runs import Failure, History, Run, State
from tests.support import hint_facts, sample_records

DIGITS = tuple("0123456789")
DIVERGED: dict[str, Any] = {
    "state": State.FAILED,
    "failure": Failure.DIVERGED,
    "test_accuracy": None,
    "train_accuracy": None,
    "message": "The training diverged in epoch 1: the loss is not a number. Try a learning rate smaller than 5.",
}
IMPORTED: dict[str, Any] = {
    "imported": "net.keras",
    "layers": Architecture((Hidden(32, "relu"),)),
    "train_accuracy": None,
}


def question(answer: str, of: str = "") -> Question:
    return Question("What will it be?", answer, of)


def asked(run: Run, matrix: pd.DataFrame | None = None, names: tuple[str, ...] = DIGITS, **known: Any) -> AskedRun:
    facts = Facts(run, History((), run.steps_per_epoch), 60_000, len(names), 0.1124)
    return AskedRun(sample_records.frame(run).loc[run.id], replace(facts, **known), names, 10_000, 0.1135, matrix)


def scores(training: float, new: float) -> RunScores:
    return RunScores(Score(0.3, training), 60_000, 0.1124, Score(0.3, new), 10_000, 0.1135)


def matrix_with(errors: dict[tuple[int, int], int], classes: int = 10, right: int = 90) -> pd.DataFrame:
    """A confusion matrix with so many right answers in each class, and these errors: (true, predicted)."""
    table = pd.DataFrame(0, index=range(classes), columns=range(classes))
    for digit in range(classes):
        table.loc[digit, digit] = right
    for (true, predicted), count in errors.items():
        table.loc[true, predicted] = count
    return table


def reason_for(asked_for: Question, of: AskedRun) -> str:
    return " ".join(reasons_for(asked_for, of))


# -- which run ----------------------------------------------------------------------------------------


def chosen(of: str, *runs: Run, answer: str = "test accuracy") -> int | None:
    found = asked_run(question(answer, of), runs, sample_records.frame(*runs))
    return None if found is None else found.id


def test_the_newest_run_that_matches_answers():
    runs = [sample_records.run(number, hidden_units=units) for number, units in ((4, 256), (3, 8), (2, 8), (1, 8))]
    assert chosen("units = 8", *runs) == 3
    assert chosen("units = 9", *runs) is None
    assert chosen("", *runs) == 4


def test_a_run_answers_once_it_has_ended_and_is_measured():
    finished = sample_records.run(1)
    assert chosen("", sample_records.new_run(2), finished) == 1
    assert chosen("", sample_records.run(2, state=State.PAUSED), finished) == 1
    assert chosen("", sample_records.run(2, leased=True), finished) == 1
    assert chosen("", sample_records.run(2, state=State.STOPPED), finished) == 2
    assert chosen("", sample_records.run(2, **IMPORTED), finished) == 2


def test_what_failed_for_another_reason_than_its_settings_does_not_answer():
    full_disk = sample_records.run(2, state=State.FAILED, failure=Failure.PASSING)
    assert chosen("", full_disk, sample_records.run(1)) == 1
    assert chosen("", sample_records.run(2, **DIVERGED), sample_records.run(1)) == 2


def test_a_run_of_a_sweep_that_was_not_tested_does_not_tell_the_test_accuracy():
    trial = sample_records.sweep_run(2, 1, 0.93)
    assert chosen("", trial, sample_records.run(1)) == 1
    assert chosen("", trial, sample_records.run(1), answer="validation accuracy") == 2
    assert chosen("", trial, sample_records.run(1), answer=OUTCOME) == 2


def missing(of: str, *runs: Run) -> str:
    return what_is_missing(question("test accuracy", of), runs, sample_records.frame(*runs)).what_to_do


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (sample_records.run(1, hidden_units=9), "Train, and the answer appears here."),
        (sample_records.new_run(1, hidden_units=8), "The answer appears when run 1 ends."),
        (sample_records.run(1, hidden_units=8, leased=True), "The answer appears when run 1 ends."),
        (sample_records.run(1, hidden_units=8, state=State.PAUSED), "Run 1 is paused. Resume it to see the answer."),
        (
            sample_records.run(1, hidden_units=8, state=State.FAILED, message="The disk is full."),
            "Run 1 failed: The disk is full. Train again to see the answer.",
        ),
        (
            sample_records.run(1, hidden_units=8, **DIVERGED),
            "Run 1 failed: The training diverged in epoch 1: the loss is not a number. Try a learning rate smaller "
            "than 5. Train again to see the answer.",
        ),
    ],
)
def test_where_no_run_answers_it_says_what_to_do(run, words):
    assert missing("units = 8 and state = finished", run) == words


def test_a_guess_is_late_once_a_run_that_matches_shows_something():
    def begun(*runs: Run) -> bool:
        asked_for = question("test accuracy", "units = 8 and state = finished")
        return what_is_missing(asked_for, runs, sample_records.frame(*runs)).begun

    assert not begun(sample_records.run(1, hidden_units=9))
    assert not begun(sample_records.new_run(1, hidden_units=8))
    assert begun(sample_records.new_run(1, hidden_units=8, step=5))


# -- the answer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("test accuracy", "it is 91.80 %"),
        ("Gap", "it is 0.40 points"),
        ("params", "it is 6,370"),
        ("seconds", "it is 12 seconds"),
    ],
)
def test_any_column_of_the_ledger_answers_in_its_own_unit(column, words):
    run = sample_records.run(1, hidden_units=8, test_accuracy=0.918, train_accuracy=0.922)
    assert answer_to(question(column), asked(run)) == words


def test_what_has_diverged_before_its_first_test_has_no_accuracy():
    run = sample_records.run(1, learning_rate=5.0, **DIVERGED)
    said = answer_to(question("test accuracy"), asked(run))
    assert said == "there is none, because the training diverged"
    assert answer_to(question("parameters"), asked(run)) == "it is 203,530"


def test_errors_in_both_directions_make_a_pair():
    found = asked(sample_records.run(), matrix_with({(4, 9): 6, (9, 4): 5, (7, 2): 10, (3, 5): 4}))
    assert answer_to(question(MOST_CONFUSED_PAIR), found) == "it is 4 and 9"
    assert reason_for(question(MOST_CONFUSED_PAIR), found) == (
        "6 of 96 images of 4 were taken for 9, and 5 of 95 of 9 for 4: 11 of 25 errors."
    )


def test_pairs_that_are_confused_equally_often_are_all_named():
    two = asked(sample_records.run(), matrix_with({(4, 9): 6, (3, 5): 6}))
    assert answer_to(question(MOST_CONFUSED_PAIR), two) == "it is 3 and 5, or 4 and 9"
    four = asked(sample_records.run(), matrix_with({(4, 9): 1, (3, 5): 1, (7, 2): 1, (1, 8): 1}))
    assert answer_to(question(MOST_CONFUSED_PAIR), four) == "4 pairs are confused equally often"
    assert reason_for(question(MOST_CONFUSED_PAIR), four) == "Of 904 test images, 4 were classified wrongly."


def test_a_network_without_errors_confuses_nothing():
    found = asked(sample_records.run(), matrix_with({}))
    assert answer_to(question(MOST_CONFUSED_PAIR), found) == "it confuses no two classes"
    assert reason_for(question(MOST_CONFUSED_PAIR), found) == "Of 900 test images, 0 were classified wrongly."


def test_classes_have_their_names():
    found = asked(sample_records.run(), matrix_with({(2, 0): 3}, classes=3), names=("Shirt", "Bag", "Coat"))
    assert answer_to(question(MOST_CONFUSED_PAIR), found) == "it is Shirt and Coat"


def test_without_its_network_nobody_knows_what_a_run_confuses():
    said = answer_to(question(MOST_CONFUSED_PAIR), asked(sample_records.run()))
    assert said == "there is none, because the run’s network is gone"


@pytest.mark.parametrize(("accuracy", "words"), [(0.1229, "it stayed at chance"), (0.1232, "it learned")])
def test_what_is_certainly_above_the_most_frequent_class_has_learned(accuracy, words):
    """Three standard errors of sqrt(0.1135 · 0.8865 / 10,000) = 0.00317 above 0.1135 are 0.1230."""
    measured = asked(sample_records.run(test_accuracy=accuracy), scores=scores(accuracy, accuracy))
    assert answer_to(question(OUTCOME), measured) == words
    assert answer_to(question(OUTCOME), replace(measured, facts=replace(measured.facts, scores=None))) == words


def test_a_run_that_diverged_has_that_outcome_whatever_it_had_learned():
    run = sample_records.run(**DIVERGED | {"test_accuracy": 0.9})
    assert answer_to(question(OUTCOME), asked(run)) == "it diverged"


def test_a_trial_that_was_never_tested_has_no_outcome():
    assert answer_to(question(OUTCOME), asked(sample_records.sweep_run(1, 1, 0.9))) == "it was never tested"


# -- the reason ---------------------------------------------------------------------------------------


def test_divergence_is_explained_by_where_and_why():
    curves = hint_facts.trained([[2.0, 900.0]], learning_rate=5.0, **DIVERGED)
    said = reason_for(question(OUTCOME), replace(asked(curves.run), facts=curves))
    assert said == (
        "The training diverged in epoch 1: the loss is not a number. Learning rate 5 is 5,000 times what is usual for "
        "rmsprop: each correction overshot, and the loss reached 900 within 20 steps."
    )
    assert reason_for(question("test accuracy"), replace(asked(curves.run), facts=curves)) == said


def test_at_chance_the_reason_names_the_setting():
    run = sample_records.run(learning_rate=1e-6, test_accuracy=0.1135)
    said = reason_for(question(OUTCOME), asked(run, scores=scores(0.1124, 0.1135)))
    assert "no better than always answering with the most frequent class, which is right for 11.35 %" in said
    assert said.endswith("Learning rate 0.000001 is 1/1,000 of what is usual for rmsprop.")


def test_what_has_learned_is_explained_by_both_accuracies():
    said = reason_for(question("test accuracy"), asked(sample_records.run(), scores=scores(0.922, 0.918)))
    assert said.startswith("It classifies 92.20 % of the training images and 91.80 % of the test images correctly")


def test_a_stopped_run_is_explained_as_one_that_was_stopped():
    run = sample_records.run(state=State.STOPPED, step=100)
    said = reason_for(question("test accuracy"), asked(run, scores=scores(0.85, 0.86)))
    assert said.startswith("When it was stopped, after 100 of 2,345 steps, it classifies 85.00 %")


def test_of_an_imported_network_only_the_test_is_known():
    said = reason_for(question(OUTCOME), asked(sample_records.run(**IMPORTED)))
    assert said == (
        "It classifies 97.50 % of 10,000 test images correctly; always answering with the most frequent class gives "
        "11.35 %. How it was trained is unknown, because it was imported."
    )


def test_parameters_are_counted_layer_by_layer():
    said = reason_for(question("parameters"), asked(sample_records.run(hidden_units=8)))
    assert said == ("Dense (hidden): 784 × 8 weights + 8 biases; Dense (output): 8 × 10 weights + 10 biases.")
