"""The lessons that come along: what ticks their steps, and what does not."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from mnist_core.lessons import Step, is_met, lessons
from mnist_core.runs import STARTER, Parent, Run, State
from tests.support.sample_records import frame, new_run, run

STEPS = {(lesson.name, number): step for lesson in lessons().values() for number, step in enumerate(lesson.steps, 1)}
TRAINED = {key: step for key, step in STEPS.items() if step.settings and step.criterion}
"""The steps that ask for a run, with its settings filled in."""


def trained_by(step: Step, **changes: Any) -> Run:
    """The run of a learner who presses Train at a step and changes nothing. At learning rate 5, nothing is learned."""
    accuracy = 0.10 if step.settings.get("learning_rate") == 5 else 0.95
    values: dict[str, Any] = {**step.settings, "test_accuracy": accuracy, **changes}
    return run(**values)


def ticked(step: Step, *runs: Run, drawings: int = 0) -> bool:
    assert step.criterion is not None
    return is_met(step.criterion, frame(*runs), drawings)


@pytest.mark.parametrize("step", TRAINED.values(), ids=map(str, TRAINED))
def test_a_step_is_ticked_by_the_run_that_it_fills_in_once_this_is_finished(step):
    assert not ticked(step, new_run(**step.settings))
    assert ticked(step, trained_by(step))


@pytest.mark.parametrize(
    ("before", "after"),
    [(before, after) for before, after in pairwise(TRAINED) if before[0] == after[0]],
    ids=lambda key: "-".join(map(str, key)),
)
def test_the_run_of_a_step_does_not_tick_the_next_one(before, after):
    assert not ticked(TRAINED[after], trained_by(TRAINED[before]))


def test_a_run_that_diverges_at_learning_rate_5_ticks_its_step():
    step = STEPS["learning_rate", 3]
    assert ticked(step, trained_by(step, state=State.FAILED, test_accuracy=None))


def test_a_rate_with_which_nothing_is_learned_is_not_a_good_one():
    step = STEPS["learning_rate", 4]
    assert not ticked(step, trained_by(step, test_accuracy=0.60))


@pytest.mark.parametrize("parent", [STARTER, 7])
def test_teaching_any_network_ends_the_step_that_asks_for_it(parent):
    step, taught = STEPS["handwriting", 4], Parent(parent, 2, "")
    assert not ticked(step, run())
    assert ticked(step, run(parent=taught))


def test_handwriting_asks_for_ten_drawings_and_at_its_end_for_three_more():
    assert [ticked(STEPS["handwriting", 2], drawings=number) for number in (9, 10)] == [False, True]
    assert [ticked(STEPS["handwriting", 6], drawings=number) for number in (2, 3)] == [False, True]


def test_the_notebook_in_german_has_the_same_steps():
    german = lessons("de")["notebook"]
    assert german.language == "de"
    assert [step.page for step in german.steps] == [step.page for step in lessons()["notebook"].steps]
