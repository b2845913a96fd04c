"""What a sweep has found, in figures: ranks, means and spreads over seeds, and what stopping early saved."""

from dataclasses import replace
from typing import Any

import pytest

from mnist_core.config import TrainConfig
from mnist_core.runs import Run, State
from mnist_core.runs.run_records import SweepState
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.sweeps.results import as_table, best_on_everything, chart_of_one, in_words
from mnist_core.sweeps.trials import Trial, epochs_done, ranked, saving, trials_of
from tests.support.sample_records import sweep_of, sweep_run, trial

DELETED: dict[str, Any] = {"deleted_at": 1.0}


def seeds_of(*accuracies: float | None, seeds: int = 0, **changes: Any) -> Trial:
    """A setting whose runs have these validation accuracies; the same `changes` in all of them."""
    runs = tuple(sweep_run(number, 0, accuracy, **changes) for number, accuracy in enumerate(accuracies, 1))
    return Trial(0, runs, {"hidden_units": 256}, seeds or len(runs))


# -- one setting ----------------------------------------------------------------------------------


def test_a_setting_is_told_by_the_mean_of_its_seeds_and_their_standard_deviation():
    found = seeds_of(0.90, 0.92, 0.97)
    assert found.accuracy == pytest.approx(0.93)
    assert found.spread == pytest.approx(0.0360555, rel=1e-5), "the root of 0.0026 / 2: over n - 1"
    assert seeds_of(0.9).spread is None
    assert seeds_of(None).accuracy is None
    assert seeds_of(0.9, None).accuracy == 0.9


@pytest.mark.parametrize(
    ("found", "complete", "given_up", "words"),
    [
        (seeds_of(0.9, 0.9), True, False, "finished"),
        (seeds_of(0.9, seeds=2), False, False, "training"),
        (seeds_of(0.9, None), False, False, "training"),
        (seeds_of(0.9, state=State.ACTIVE), False, False, "training"),
        (seeds_of(0.9, state=State.PAUSED), False, False, "paused"),
        (seeds_of(0.9, state=State.STOPPED), False, True, "stopped"),
        (seeds_of(0.9, state=State.STOPPED, pruned=True), False, True, "stopped early"),
        (seeds_of(0.9, state=State.FAILED), False, True, "failed"),
        (seeds_of(None, state=State.DAMAGED), False, True, "stopped"),
        (seeds_of(0.9, **DELETED), False, True, "stopped"),
    ],
)
def test_where_a_setting_stands(found, complete, given_up, words):
    assert (found.complete, found.given_up, found.words) == (complete, given_up, words)


def test_one_seed_that_goes_on_keeps_a_setting_in_training():
    one, other = seeds_of(0.9, 0.9).runs
    with_extra_images = Trial(0, (replace(one, state=State.PAUSED), replace(other, state=State.ACTIVE)), {}, 2)
    assert with_extra_images.words == "training"


@pytest.mark.parametrize(
    ("sweep", "states", "words"),
    [
        (SweepState.FINISHED, [State.FINISHED], "stopped"),
        (SweepState.CANCELLED, [State.FINISHED], "stopped"),
        (SweepState.ACTIVE, [State.FINISHED], "training"),
        (SweepState.PAUSED, [State.FINISHED], "training"),
        (SweepState.FINISHED, [State.FINISHED, State.ACTIVE], "training"),
        (SweepState.FINISHED, [State.PAUSED], "paused"),
        (SweepState.FINISHED, [State.FINISHED, State.FINISHED], "finished"),
        (SweepState.FINISHED, [State.FAILED], "failed"),
    ],
)
def test_a_setting_without_all_its_seeds_has_stopped_once_the_sweep_has_ended(sweep, states, words):
    """The limit on training time ends a sweep between two seeds, and a run of it can be gone for good."""
    plan = Plan(TrainConfig(), Space.parse({"hidden_units": "8, 9"}), seeds=2)
    runs = [sweep_run(number, 0, 0.9, state, hidden_units=8, seed=number) for number, state in enumerate(states)]
    found = trials_of(sweep_of(plan, state=sweep), runs)
    assert [it.words for it in found] == [words]
    assert as_table(found)["State"].tolist() == [words.capitalize()]


def test_a_test_accuracy_is_told_only_if_all_seeds_have_one():
    tested = seeds_of(0.9, 0.9, test_accuracy=0.8)
    one, other = tested.runs
    assert replace(tested, runs=(one, replace(other, test_accuracy=0.9))).test_accuracy == pytest.approx(0.85)
    assert replace(tested, runs=(one, replace(other, test_accuracy=None))).test_accuracy is None


def test_the_runs_of_a_sweep_are_put_together_by_their_settings():
    plan = Plan(TrainConfig(), Space.parse({"hidden_units": "8, 9"}), seeds=2)
    runs = [sweep_run(n, n // 2, 0.9, hidden_units=8 + n // 2, seed=n % 2) for n in range(3)]
    first, second = trials_of(sweep_of(plan), runs)
    assert ([it.id for it in first.runs], first.setting, first.complete) == ([0, 1], {"hidden_units": 8}, True)
    assert ([it.id for it in second.runs], second.setting, second.complete) == ([2], {"hidden_units": 9}, False)


def test_a_sweep_of_layouts_knows_each_of_its_runs_again():
    """64 units in two layers are stored as one number, which the sweep has as well, for one layer."""
    plan = Plan(TrainConfig(), Space.parse({"hidden_units": "0; 64; 64, 64; 256, 64"}))
    runs = [sweep_run(n, n, 0.9, **vars(plan.run_config(it, 0))) for n, it in enumerate(plan.space.grid())]
    found = [it.setting["hidden_units"] for it in trials_of(sweep_of(plan), runs)]
    assert found == [0, 64, (64, 64), (256, 64)]
    chart = chart_of_one(sweep_of(plan), trials_of(sweep_of(plan), runs), "hidden_units")
    assert list(chart.figure.data[0].x) == ["0", "64", "64, 64", "256, 64"]


def test_a_setting_in_words():
    words = in_words({"hidden_units": 64, "learning_rate": 0.003, "augment": True, "activation": "relu"})
    assert words == "hidden units 64, learning rate 0.003, augment on, activation relu"


# -- which is best --------------------------------------------------------------------------------


def test_settings_are_ranked_by_accuracy_and_of_equals_the_first_is_better():
    trials = [trial(2, 0.95), trial(0, 0.95), trial(1, 0.96), trial(3, 0.90)]
    assert [it.number for it in ranked(trials)] == [1, 0, 2, 3]
    assert [it.number for it in ranked(trials[::-1])] == [1, 0, 2, 3]


@pytest.mark.parametrize("changes", [{"state": State.STOPPED}, {"state": State.ACTIVE}, DELETED])
def test_what_is_deleted_or_not_complete_is_not_the_best(changes):
    best, second = trial(0, 0.99), trial(1, 0.95)
    best = replace(best, runs=tuple(replace(it, **changes) for it in best.runs))
    assert ranked([best, second]) == [second]


def test_the_table_ranks_complete_settings_first_and_counts_in_percent():
    plan = Plan(TrainConfig(), Space.parse({"hidden_units": "8, 9, 10", "augment": "off, on"}), seeds=2)
    runs: list[Run] = []
    for number, accuracies in enumerate([(0.90, 0.92), (0.94, 0.98), (0.99,)]):
        for seed, accuracy in enumerate(accuracies):
            told: dict[str, Any] = {
                "hidden_units": 8 + number,
                "augment": number == 1,
                "seed": seed,
                "epochs": 3,
                "step": 3 * 391,
            }
            runs.append(sweep_run(10 * (number + 1) + seed, number, accuracy, seconds=1.5, **told))
    runs[-1] = replace(runs[-1], state=State.ACTIVE, step=391 * 2)
    table = as_table(trials_of(sweep_of(plan), runs))
    assert table.drop(columns=["Validation accuracy", "± over seeds"]).to_numpy(object, na_value=None).tolist() == [
        [1, "9", "on", "Finished", "6 of 6", 3.0, "train?run=20"],
        [2, "8", "off", "Finished", "6 of 6", 3.0, "train?run=10"],
        [None, "10", "off", "Training", "2 of 6", 1.5, "train?run=30"],
    ]
    assert table["Validation accuracy"].tolist() == pytest.approx([96, 91, 99])
    assert table["± over seeds"].tolist()[:2] == pytest.approx([2.828427, 1.414214])
    assert list(table) == [
        "Rank", "Hidden units", "Augment", "Validation accuracy", "± over seeds", "State", "Epochs", "Seconds", "Run",
    ]  # fmt: skip
    assert "± over seeds" not in as_table([trial(0, 0.9)])
    assert as_table([]).empty


def test_the_best_is_trained_again_with_its_settings_on_all_images():
    plan = Plan(TrainConfig(seed=3, epochs=1), Space.parse({"hidden_units": "8, 9"}), seeds=2)
    best = trial(1, 0.9, hidden_units=9)
    assert best_on_everything(sweep_of(plan), best) == TrainConfig(hidden_units=9, seed=3, epochs=1)


# -- what stopping early saved ----------------------------------------------------------------------


def test_what_was_saved_is_counted_at_the_pace_of_what_was_stopped():
    """Of 2 seeds with 10 epochs each, one was stopped after 4 that took 6 seconds: 16 were saved, or 24 seconds."""
    early = replace(seeds_of(0.5, state=State.STOPPED, pruned=True, epochs=10, step=4 * 391, seconds=6.0), seeds=2)
    also = seeds_of(0.4, state=State.STOPPED, pruned=True, epochs=3, step=391 * 3 // 2, seconds=3.0)
    assert saving([early]) == (saving([early, seeds_of(0.9), seeds_of(0.9, state=State.STOPPED)]))
    assert (saving([early]).trials, saving([early]).epochs) == (1, 16)
    assert saving([early]).seconds == pytest.approx(24)
    both = saving([early, also])  # another 1.5 epochs, at 2 seconds each
    assert (both.trials, both.epochs) == (2, 17)
    assert both.seconds == pytest.approx(27, rel=1e-3)
    assert (saving([]).trials, saving([]).epochs, saving([]).seconds) == (0, 0, 0)


def test_epochs_are_counted_with_fractions():
    assert epochs_done([sweep_run(1, 0, 0.9, step=391), sweep_run(2, 0, 0.9, step=782, steps_per_epoch=1564)]) == 1.5
