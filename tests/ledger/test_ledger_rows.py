"""Rows of the ledger in order, within ranges, against a baseline, over seeds, and those that are worth their price."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest

from mnist_core.ledger import Brush, brushed, differences, fold_sweeps, frontier, group_seeds, judged_by, sort
from mnist_core.ledger.table import row_of
from mnist_core.runs import State
from tests.support.all_settings import EVERY, NUMBERS
from tests.support.sample_records import FIRST_OF_MARCH, FIVE_RUNS, frame, run


@pytest.fixture
def runs() -> pd.DataFrame:
    return frame(*FIVE_RUNS)


# -- order and range --------------------------------------------------------------------------------


def test_sorting_puts_unknown_values_last(runs):
    assert list(sort(runs, "-test_accuracy").index) == [3, 2, 4, 1, 5]
    assert list(sort(runs, "test_accuracy").index) == [1, 4, 2, 3, 5]
    assert list(sort(runs, "-run").index) == [5, 4, 3, 2, 1]


def test_a_column_that_groups_of_seeds_lack_orders_them_by_run(runs):
    groups = group_seeds(runs)
    assert list(sort(groups, "seed").index) == [2, 3, 4, 5]
    assert list(sort(groups, "-seed").index) == [5, 4, 3, 2]


def test_equal_values_keep_the_order_that_they_had():
    equals = frame(*(run(number, hidden_units=64 if number % 2 else 32) for number in range(40, 0, -1)))
    odd, even = list(range(39, 0, -2)), list(range(40, 0, -2))
    assert list(sort(equals, "hidden_units").index) == even + odd
    assert list(sort(equals, "-hidden_units").index) == odd + even


def test_brushes_of_one_column_add_up_and_of_several_narrow(runs):
    of_units = (Brush("hidden_units", 60, 70), Brush("hidden_units", 500, 600))
    assert list(brushed(runs.loc[1:4], of_units).index) == [1, 3, 4]
    assert list(brushed(runs, (*of_units, Brush("optimizer", values=("adam",)))).index) == [3]
    assert list(brushed(runs, ()).index) == [1, 2, 3, 4, 5]


def test_both_ends_of_a_brushed_range_are_in_it_and_unknown_values_are_not(runs):
    assert list(brushed(runs, [Brush("hidden_units", 64, 128)]).index) == [1, 2, 4]
    assert list(brushed(runs, [Brush("test_accuracy")]).index) == [1, 2, 3, 4]
    assert list(brushed(runs, [Brush("optimizer", values=("adam", "sgd"))]).index) == [2, 3]


@pytest.mark.parametrize(
    ("tested", "validated", "measure"),
    [(2, 1, "test_accuracy"), (2, 2, "test_accuracy"), (1, 2, "validation_accuracy"), (0, 0, "test_accuracy")],
)
def test_runs_are_judged_by_what_most_of_them_have_and_rather_by_the_test(tested, validated, measure):
    table = frame(
        *(run(n, test_accuracy=0.9 if n <= tested else None, validation_accuracy=0.9 if n <= validated else None)
          for n in (1, 2, 3))
    )  # fmt: skip
    assert judged_by(table) == measure


# -- the baseline -----------------------------------------------------------------------------------


def test_others_show_their_difference_from_the_baseline(runs):
    compared = differences(runs, runs.loc[1])
    assert compared["difference in test_accuracy"].tolist()[:4] == pytest.approx([0, 0.006, 0.012, 0.004])
    assert compared["difference in seconds"].tolist()[:4] == pytest.approx([0, 2, 2, 4])
    assert math.isnan(compared.loc[5, "difference in test_accuracy"])


def test_a_baseline_may_stand_in_a_group_of_seeds(runs):
    groups = group_seeds(runs)
    found = row_of(groups, 1), row_of(groups, 4), row_of(groups, 2)
    assert [None if row is None else row["runs"] for row in found] == [(1, 4), (1, 4), (2,)]
    assert row_of(groups, 99) is None


# -- seeds ------------------------------------------------------------------------------------------


def test_seeds_of_one_setting_become_mean_and_spread(runs):
    groups = group_seeds(runs.loc[1:4])
    assert [tuple(its) for its in groups["runs"]] == [(1, 4), (2,), (3,)]
    assert groups["seeds"].tolist() == [2, 1, 1]
    row = groups.loc[4]
    assert row["test_accuracy"] == pytest.approx(0.972)
    assert row["spread of test_accuracy"] == pytest.approx(0.00282843, rel=1e-5), "0.002 · √2: over n - 1"
    assert (row["seconds"], row["spread of seconds"]) == (12.0, pytest.approx(2.82843, rel=1e-5))
    assert row["gap"] == pytest.approx(0.013)
    assert math.isnan(groups.loc[2, "spread of test_accuracy"])
    assert group_seeds(runs.iloc[:0]).empty


def test_a_row_of_several_seeds_tells_what_all_of_them_have():
    same = [
        run(3, seed=2, name="c", tags=("good",), nickname="Grace", notes="odd", created_at=FIRST_OF_MARCH + 9),
        run(1, seed=0, name="a", tags=("bad", "good"), sweep_id=5, pinned=True),
        run(2, seed=1, name="a", nickname="Ada"),
    ]
    (row,) = group_seeds(frame(*same)).to_dict("records")
    assert (row["run"], row["name"], row["owner"], row["notes"]) == (3, "c, a", "Grace, Ada", "odd")
    assert (row["tags"], row["pinned"], row["sweep"], row["started"]) == (("bad", "good"), True, 5, FIRST_OF_MARCH + 9)
    assert (row["runs"], row["seeds"], row["status"]) == ((3, 1, 2), 3, "Finished")


@pytest.mark.parametrize("state", [State.STOPPED, State.FAILED, State.PAUSED, State.ACTIVE])
def test_only_runs_that_were_trained_to_their_end_are_put_together(state):
    table = frame(run(1), run(2, seed=1), run(3, seed=2, state=state), run(4, seed=3, state=state))
    assert list(group_seeds(table)["runs"]) == [(1, 2), (3,), (4,)]


@pytest.mark.parametrize("name", [name for name in EVERY if name != "seed"])
def test_runs_that_differ_in_any_other_setting_are_not_put_together(name):
    beside = NUMBERS[name].beside if name in NUMBERS else {}
    table = frame(run(1, **beside), run(2, seed=1, **beside, **{name: EVERY[name].another}))
    assert list(group_seeds(table)["seeds"]) == [1, 1]


# -- what is worth its price ------------------------------------------------------------------------


def test_the_frontier_holds_what_nothing_else_beats():
    cost = np.array([1, 2, 2, 3, 4, np.nan, 5])
    value = np.array([0.90, 0.95, 0.93, 0.95, 0.97, 0.99, np.nan])
    assert frontier(cost, value).tolist() == [0, 1, 4]
    assert frontier(np.array([]), np.array([])).tolist() == []


def test_the_frontier_is_that_of_a_full_search():
    points = np.random.default_rng(0).integers(0, 12, (200, 2)).astype(float)
    beaten = {
        one
        for one, other in product(range(len(points)), repeat=2)
        if points[other, 0] <= points[one, 0]
        and points[other, 1] >= points[one, 1]
        and (points[one] != points[other]).any()
    }
    unbeaten = {tuple(points[place]) for place in range(len(points)) if place not in beaten}
    found = [tuple(points[place]) for place in frontier(points[:, 0], points[:, 1])]
    assert found == sorted(unbeaten)


# -- sweeps -----------------------------------------------------------------------------------------


def test_the_runs_of_a_sweep_are_one_row_at_the_place_of_the_newest():
    folded = fold_sweeps(
        frame(
            run(7),
            run(6, sweep_id=2, hidden_units=8, validation_accuracy=0.9, seconds=1.5),
            run(5),
            run(4, sweep_id=2, hidden_units=16, validation_accuracy=0.8, seconds=2.0),
            run(3, sweep_id=1),
        )
    )
    assert list(folded.index) == [7, 6, 5, 3]
    row = folded.loc[6]
    assert (row["runs"], row["status"], row["batch_size"], row["seconds"]) == ((6, 4), "2 runs", 128, 3.5)
    assert folded.loc[[7, 5, 3], "hidden_units"].notna().all()


def test_a_folded_sweep_names_no_value_that_its_runs_do_not_share_and_no_result():
    folded = fold_sweeps(
        frame(run(2, sweep_id=2, optimizer="adam", hidden_units=8), run(1, sweep_id=2, augment=True, hidden_units=16))
    )
    assert folded.loc[2, ["optimizer", "augment", "hidden_units", "test_accuracy", "test_loss"]].isna().all()


def test_without_sweeps_nothing_is_folded(runs):
    assert fold_sweeps(runs).equals(runs)
