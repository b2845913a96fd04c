"""When a step is done: by the learner's runs, by drawings, or by having been there."""

from __future__ import annotations

import pandas as pd
import pytest

from mnist_core.lessons import Criterion, is_met
from tests.support.sample_records import frame, new_run, run

NO_RUNS = frame()
OF_8 = "units = 8 and state = finished"


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    """Two finished runs of 8 and 64 units, and one of 8 units that has just begun."""
    return frame(
        run(1, hidden_units=8, test_accuracy=0.90),
        run(2, hidden_units=64, test_accuracy=0.975),
        new_run(3, hidden_units=8),
    )


@pytest.mark.parametrize(
    ("criterion", "met"),
    [
        (Criterion(runs=OF_8), True),
        (Criterion(runs=OF_8, count=2), False),
        (Criterion(runs="units = 8", count=2), True),
        (Criterion(runs="test accuracy >= 97 % and parameters < 60000"), True),
        (Criterion(runs="test accuracy >= 98 %"), False),
        (Criterion(runs="units = 128"), False),
        (Criterion(runs=OF_8, drawings=1), False),
    ],
)
def test_so_many_runs_must_match(runs, criterion, met):
    assert is_met(criterion, runs, drawings=0) is met


@pytest.mark.parametrize("text", [OF_8, "state != failed", "test accuracy >= 97 %", "tag = a", "pinned = on", "adam"])
def test_somebody_without_runs_has_not_met_a_criterion_over_runs(text):
    assert not is_met(Criterion(runs=text), NO_RUNS, drawings=100)


@pytest.mark.parametrize(("drawings", "met"), [(9, False), (10, True), (11, True)])
def test_so_many_drawings_must_be_labelled(drawings, met):
    assert is_met(Criterion(drawings=10), NO_RUNS, drawings) is met


@pytest.mark.parametrize("visited", [False, True])
def test_it_can_be_enough_to_have_been_on_the_page(visited):
    assert is_met(Criterion(visited=True), NO_RUNS, drawings=0, visited=visited) is visited


def test_all_that_a_criterion_asks_for_must_hold(runs):
    both = Criterion(runs=OF_8, drawings=10, visited=True)
    assert is_met(both, runs, drawings=10)
    assert not is_met(both, runs, drawings=9)
    assert not is_met(both, NO_RUNS, drawings=10)
    assert not is_met(both, runs, drawings=10, visited=False)
