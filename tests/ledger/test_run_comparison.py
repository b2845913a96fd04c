"""Whether the best of several runs leads by more than chance: against values worked out by hand."""

import math

import numpy as np
import pytest

from mnist_core.ledger import RunResult, compare, settings_side_by_side
from mnist_core.ledger.settings_comparison import difference_sentence, distinguishing_names
from mnist_core.ledger.significance import mcnemar, two_proportions, verdict_sentence
from mnist_core.model.architecture import Architecture, Hidden
from tests.support.all_settings import EVERY, label_of
from tests.support.sample_records import frame, run

IMAGES = 60


def contender(number: int, missed: int, also: int = 0) -> RunResult:
    """A network that misses the images 10 to 10 + `missed`, and reads the first `also` of those that others miss."""
    right = np.ones(IMAGES, dtype=bool)
    right[also:10] = False
    right[10 : 10 + missed] = False
    return RunResult.from_predictions(number, right)


BEST = contender(1, missed=0)
"""Others that miss n of what it reads, and read m of what it misses, have p = McNemar's of (n, m)."""


# -- single comparisons ---------------------------------------------------------------------------


def test_mcnemar_is_exact():
    assert mcnemar(0, 0) == 1
    assert mcnemar(0, 5) == pytest.approx(2 / 2**5)
    assert mcnemar(3, 9) == mcnemar(9, 3) == pytest.approx(2 * sum(math.comb(12, k) for k in range(4)) / 2**12)
    assert mcnemar(4, 4) == 1, "twice the tail would be 1.27"
    assert mcnemar(2000, 2600) < 1e-15


def test_mcnemar_agrees_with_every_way_in_which_coins_can_fall():
    tosses = [bin(number).count("1") for number in range(2**9)]
    as_uneven_as_2_of_9 = sum(min(heads, 9 - heads) <= 2 for heads in tosses)
    assert mcnemar(2, 7) == pytest.approx(as_uneven_as_2_of_9 / 2**9)


def test_two_proportions_agree_with_the_textbook():
    # Agresti, An Introduction to Categorical Data Analysis, aspirin and heart attacks: z = 5.0
    p = two_proportions(189 / 11034, 11034, 104 / 11037, 11037)
    assert p == pytest.approx(math.erfc(5.001 / math.sqrt(2)), rel=0.02)


def test_two_proportions_of_sets_of_different_sizes_are_pooled_by_their_sizes():
    # 95 of 110 right: a standard error of 0.113818, hence z = 0.4 / 0.113818 = 3.5144, and 0.00044 in a table of z
    assert two_proportions(0.9, 100, 0.5, 10) == pytest.approx(0.00044, abs=5e-6)
    assert two_proportions(0.5, 10, 0.9, 100) == two_proportions(0.9, 100, 0.5, 10)
    assert two_proportions(1.0, 100, 1.0, 100) == two_proportions(0.0, 100, 0.0, 100) == 1


# -- the best against all others ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "p_values", "beaten"),
    [
        ([(6, 0)], [1 / 32], (2,)),  # alone, nothing is corrected
        ([(6, 0), (6, 0)], [2 / 32, 2 / 32], ()),  # each alone would be beaten
        ([(6, 0), (12, 0)], [1 / 32, 2 / 2048], (3, 2)),  # the last one need not be corrected
        ([(5, 0), (7, 0), (8, 0)], [2 / 32, 2 * 1 / 64, 3 * 1 / 128], (4, 3)),
        ([(6, 0), (8, 1)], [2 / 32, 2 / 32], ()),  # p = 0.039 comes after 0.0625, and cannot be less
        ([(0, 0), (1, 1), (3, 2)], [1, 1, 1], ()),
    ],
    ids=["one", "as many as there are", "the last as it is", "step by step", "never less than one before", "at most 1"],
)
def test_chances_are_corrected_for_the_number_of_comparisons_as_holm_does(others, p_values, beaten):
    verdict = compare([BEST, *(contender(number, *other) for number, other in enumerate(others, 2))])
    assert [verdict.p_values[number] for number in range(2, len(others) + 2)] == pytest.approx(p_values)
    assert verdict.beaten == beaten
    assert set(verdict.as_good) == set(range(2, len(others) + 2)) - set(beaten)


@pytest.mark.parametrize(("missed", "also", "p", "beaten"), [(18, 7, 0.0433, True), (16, 6, 0.0525, False)])
def test_a_lead_counts_from_1_in_20_on(missed, also, p, beaten):
    verdict = compare([BEST, contender(2, missed, also)])
    assert verdict.p_values[2] == pytest.approx(p, abs=5e-5)
    assert (verdict.beaten == (2,)) is beaten


@pytest.mark.parametrize("order", [(3, 7, 5), (7, 5, 3), (5, 3, 7)])
def test_of_equally_good_ones_the_oldest_counts_as_the_best(order):
    accuracies = {3: 0.98, 7: 0.98, 5: 0.97}
    verdict = compare([RunResult(number, accuracies[number], 10_000) for number in order])
    assert verdict.best.run == 3
    assert verdict.p_values[7] == 1


def test_the_comparison_is_exact_only_if_all_networks_are_at_hand():
    at_hand, gone = contender(2, missed=6), RunResult(3, 0.5, IMAGES)
    assert compare([BEST, at_hand]).exact
    assert not compare([BEST, at_hand, gone]).exact
    assert not compare([RunResult(1, 1.0, IMAGES), at_hand]).exact
    assert compare([BEST, gone]).p_values[3] == pytest.approx(two_proportions(50 / 60, IMAGES, 0.5, IMAGES))


# -- in words -------------------------------------------------------------------------------------


def test_a_lead_counts_only_if_chance_does_not_explain_it():
    random = np.random.default_rng(0)
    good = random.random(10_000) < 0.98
    nearly = good.copy()
    nearly[np.flatnonzero(good)[:3]] = False
    bad = good & (random.random(10_000) < 0.97)
    verdict = compare([RunResult.from_predictions(run, right) for run, right in enumerate((bad, good, nearly), 1)])
    assert (verdict.best.run, verdict.beaten, verdict.as_good, verdict.exact) == (2, (1,), (3,), True)
    assert verdict_sentence(verdict) == (
        f"Run 2 classifies the most test images correctly ({100 * good.mean():.2f} %), and its lead over run 1 is "
        f"more than "
        "chance would explain; its lead over run 3 may well be chance."
    )


def test_without_predictions_accuracies_are_compared():
    verdict = compare([RunResult(1, 0.97, 10_000), RunResult(2, 0.98, 10_000)])
    assert (verdict.best.run, verdict.beaten, verdict.exact) == (2, (1,), False)
    close = compare([RunResult(1, 0.979, 10_000), RunResult(2, 0.98, 10_000)])
    assert "may well be chance (p = 0.62)" in verdict_sentence(close)


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ([(6, 0)], "its lead over run 2 is more than chance would explain (p = 0.031)."),
        ([(20, 0)], "its lead over run 2 is more than chance would explain (p < 0.001)."),
        ([(1, 0)], "but its lead over run 2 may well be chance (p = 1)."),
        ([(1, 0), (1, 0)], "but its lead over runs 2 and 3 may well be chance."),
        ([(20, 0), (20, 0)], "its lead over runs 2 and 3 is more than chance would explain."),
        (
            [(20, 0), (1, 0), (1, 0)],
            "over run 2 is more than chance would explain; its lead over runs 3 and 4 may well be chance",
        ),
        (
            [(22, 0), (21, 0), (20, 0), (1, 0)],
            "its lead over runs 2, 3 and 4 is more than chance would explain; its lead over run 5",
        ),
        ([(20, 0)] * 4, "its lead over runs 2, 3, 4 and 5 is more than"),
        ([(20, 0)] * 5, "its lead over 5 others is more than"),
    ],
)
def test_the_verdict_is_said_in_a_sentence(others, told):
    verdict = compare([BEST, *(contender(number, *other) for number, other in enumerate(others, 2))])
    assert told in verdict_sentence(verdict, "validation images")
    assert verdict_sentence(verdict, "validation images").startswith(
        "Run 1 classifies the most validation images correctly"
    )


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ([{}, {}], "These runs have the same settings."),
        ([{"seed": 1}, {}], "These runs differ in seed (0, 1)."),
        ([{"hidden_units": 64}, {"optimizer": "adam"}],
         "These runs differ in hidden units (64, 256) and optimizer (adam, rmsprop)."),
        ([{"epochs": 2}, {"dropout": 0.5}, {"augment": True}],
         "These runs differ in epochs (2, 5), dropout (0, 0.5) and augment (off, on)."),
        ([{"seed": number} for number in range(8)], "These runs differ in seed (0, 1, 2, 3, 4, 5, 6, 7)."),
        ([{"seed": number} for number in range(9)], "These runs differ in seed (0 to 8)."),
        ([{"dataset": f"d{number}", "dataset_sha256": str(number)} for number in range(9)],
         "These runs differ in dataset (9 values)."),
        ([{"learning_rate": 0.01}, {"learning_rate": 0.0001}], "These runs differ in learning rate (0.0001, 0.01)."),
    ],
)  # fmt: skip
def test_what_differs_is_said_in_a_sentence(settings, told):
    assert difference_sentence(frame(*(run(number, **its) for number, its in enumerate(settings, 1)))) == told


def test_settings_side_by_side_begin_with_what_differs():
    table = settings_side_by_side(frame(run(1, hidden_units=64), run(3, seed=1, optimizer="adam", augment=True)))
    assert list(table.columns) == ["Run 1", "Run 3"]
    different = ["Hidden units", "Seed", "Optimizer", "Augment"]
    same = [label for name in EVERY if (label := label_of(name)) not in different]
    assert list(table.index) == [*different, *same, "Dataset"]
    in_words = {
        "Hidden units": "256", "Seed": "1", "Optimizer": "adam", "Augment": "on", "Epochs": "5",
        "Learning rate": "0.001", "Patience": "no early stopping", "Min delta": "0", "Weight decay": "none",
        "Batch normalisation": "off", "Training images": "all of them", "Validation images": "0", "Dataset": "MNIST",
    }  # fmt: skip
    assert table.loc[list(in_words), "Run 3"].tolist() == list(in_words.values())
    assert table.loc["Augment"].tolist() == ["off", "on"]


def test_settings_that_are_known_of_none_of_the_runs_are_left_out():
    imported = run(1, imported="a.keras", layers=Architecture((Hidden(64, "gelu"),)))
    assert list(settings_side_by_side(frame(imported)).index) == [
        "Hidden units", "Architecture", "Hidden layers", "Activation", "Dropout", "Dataset",
    ]  # fmt: skip


def test_runs_are_named_after_what_tells_them_apart():
    table = frame(
        run(1, hidden_units=1), run(2, hidden_units=128, augment=True), run(3, hidden_units=2048, learning_rate=0.01)
    )
    assert distinguishing_names(table) == {
        1: "1 unit, learning rate 0.001, not augmented",
        2: "128 units, learning rate 0.001, augmented",
        3: "2,048 units, learning rate 0.01, not augmented",
    }


def test_runs_that_nothing_tells_apart_are_told_by_their_numbers():
    table = frame(run(1, hidden_units=64), run(2, hidden_units=32), run(3, hidden_units=64))
    assert distinguishing_names(table) == {1: "64 units, run 1", 2: "32 units", 3: "64 units, run 3"}
    assert distinguishing_names(frame(run(4), run(5))) == {4: "Run 4", 5: "Run 5"}


def test_a_run_goes_by_the_name_that_somebody_gave_it():
    table = frame(run(1, name="the wide one"), run(2, hidden_units=32))
    assert distinguishing_names(table) == {1: "the wide one", 2: "32 units"}
