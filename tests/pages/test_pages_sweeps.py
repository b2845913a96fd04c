"""The Sweeps page and the dialog Start a sweep, without a browser."""

from dataclasses import replace

import pytest

from mnist_core.config import TrainConfig
from mnist_core.runs import State
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.options import Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.sweeps.advance import advance_next_sweep
from tests.support.sweep_steps import GRID, TINY, conclude, record_epochs, train_in_turn
from tests.support.visits import ME, SOMEBODY_ELSE, TRAIN

SWEEPS = "compare/sweeps.py"
ACCURACIES = [0.81, 0.82, 0.83, 0.84, 0.85, 0.86, 0.87, 0.95, 0.89]


@pytest.fixture
def sweeps(store):
    return SweepStore(store)


@pytest.fixture
def open_sweeps(open_page):
    def come(sweep=None, owner=ME):
        page = open_page(TRAIN, owner=owner)
        page.app.switch_page(SWEEPS)
        page.app.query_params.clear()
        if sweep is not None:
            page.app.query_params["sweep"] = str(sweep)
        page.rerun()
        return page

    return come


def test_without_sweeps_the_page_says_how_to_start_one(open_sweeps):
    assert "press **Start a sweep**" in open_sweeps().words


def test_a_plan_is_counted_and_timed_before_it_starts(open_page, sweeps):
    page = open_page(TRAIN)
    page.type("Hidden units", 16)
    page.press("Start a sweep")
    assert {it.label: it.value for it in page.dialog.text_input} == {
        "Hidden units": "8, 16, 32",
        "Learning rate": "0.0001, 0.001, 0.01",
    }
    assert any("**9 runs**: **about " in it.value for it in page.dialog.markdown)
    fields = {it.label: (it.min, it.max, it.value) for it in page.dialog.number_input}
    assert fields["Seeds per setting"] == (1, 10, 1)
    assert fields["Limit in minutes"] == (0, 1440, 0)
    assert fields["Validation images"] == (1000, 50_000, 10_000)
    assert page.dialog.text_input[0].help.endswith("64; 256, 64.")
    page.answer("Start a sweep", "Start the sweep")
    (sweep,) = sweeps.sweeps()
    assert (sweep.owner, sweep.plan.runs, sweep.plan.base.validation_images) == (ME, 9, 10_000)
    assert sweep.plan.base.hidden_units == 16


def test_what_makes_no_sense_is_said_in_the_dialog_and_cannot_start(open_page):
    page = open_page(TRAIN)
    page.press("Start a sweep")
    page.dialog.text_input[0].set_value("8, many")
    page.press("Start a sweep")
    assert "“many” is not a number" in page.dialog.error[0].value
    assert "Start the sweep" not in {it.label for it in page.dialog.button}


def test_while_it_trains_the_best_so_far_is_told_without_any_test_accuracy(open_sweeps, sweeps, store):
    sweep_id = sweeps.submit(Plan(TINY, GRID), owner=ME)
    train_in_turn(store, sweeps, ACCURACIES[:4])
    page = open_sweeps(sweep_id)
    assert page.metrics == {"Best validation accuracy": "84.00 %"}
    assert "Best so far: **hidden units 12, learning rate 0.001**" in page.words
    assert "Test accuracy" not in page.words
    table = page.app.dataframe[0].value
    assert list(table["Validation accuracy"]) == [84, 83, 82, 81]
    assert not any("est accuracy" in column for column in table.columns)
    assert {"Pause", "Cancel"} <= page.buttons
    page.press("Pause")
    assert sweeps.sweep(sweep_id).state is SweepState.PAUSED
    page.press("Resume")
    page.press("Cancel")
    assert sweeps.sweep(sweep_id).state is SweepState.CANCELLED
    assert "Best of those that were trained" in page.words


@pytest.mark.slow
def test_at_the_end_the_winner_is_tested_and_trained_on_everything(open_sweeps, sweeps, store):
    sweep_id = sweeps.submit(Plan(replace(TINY, seed=3), GRID), owner=ME)
    train_in_turn(store, sweeps, ACCURACIES)
    conclude(store, sweeps, sweep_id)
    page = open_sweeps(sweep_id)
    assert page.metrics["Validation accuracy"] == "95.00 %"
    assert float(page.metrics["Test accuracy"].rstrip("%")) > 0
    assert "Best: **hidden units 16, learning rate 0.01**. The test images were not used to choose it" in page.words
    assert "9 of 9 cells are known" in page.words
    page.press("Train the best on all 60,000")
    newest = store.runs()[0]
    assert newest.config == TrainConfig(hidden_units=16, learning_rate=0.01, epochs=1, batch_size=2000, seed=3)
    assert (newest.state, newest.sweep_id, newest.owner) == (State.ACTIVE, None, ME)


def test_what_early_stopping_saved_is_told(open_sweeps, sweeps, store):
    plan = Plan(replace(TINY, epochs=3), Space.parse({"hidden_units": "8..12"}), pruning=True)
    sweep_id = sweeps.submit(plan, owner=ME)
    for curve in [[0.5, 0.6, 0.7]] * 4 + [[0.2]]:
        advance_next_sweep(sweeps, "worker")
        record_epochs(store, sweeps.runs(sweep_id)[-1], curve)
    advance_next_sweep(sweeps, "worker")
    words = open_sweeps(sweep_id).words
    assert (
        "1 setting was stopped early, which saved 2 epochs, about 2 seconds of training. The sweep trained 13 epochs."
        in words
    )


def test_somebody_elses_sweep_is_watched_and_not_controlled(open_sweeps, sweeps, at_server):
    sweep_id = sweeps.submit(Plan(TINY, GRID), owner=SOMEBODY_ELSE, nickname="Grace")
    page = open_sweeps(sweep_id)
    assert ("Cancel" in page.buttons) == at_server


@pytest.mark.parametrize("asked", ["99", "x", "-1", "9" * 30])
def test_an_address_without_a_sweep_shows_another_one(open_sweeps, sweeps, asked):
    sweeps.submit(Plan(TINY, GRID), owner=ME)
    page = open_sweeps(asked)
    assert "Sweep 1" in page.words
    assert ("There is no sweep 99" in page.words) == (asked == "99")


def test_what_a_cell_is_the_mean_of_is_said(open_sweeps, sweeps, store):
    """Of three varied settings, two are drawn; while some are not trained yet, cells have means of different ones."""
    space = Space.parse({"hidden_units": "8, 9", "dropout": "0, 0.1", "augment": "off, on"})
    sweep_id = sweeps.submit(Plan(TINY, space, seeds=2), owner=ME)
    train_in_turn(store, sweeps, [0.8] * 6)
    words = open_sweeps(sweep_id).words
    assert "Each cell is the mean over augment, of 1 to 2 settings, so the cells can be compared only" in words
    assert "Each cell is the mean over 2 seeds." in words
    train_in_turn(store, sweeps, [0.8] * 10)
    assert "Each cell is the mean over augment. Each cell is the mean over 2 seeds." in open_sweeps(sweep_id).words


def test_points_that_differ_in_further_settings_are_no_means(open_sweeps, sweeps, store):
    space = Space.parse({"learning_rate": "0.001..0.1", "hidden_units": "8, 9", "activation": "relu, tanh"})
    sweep_id = sweeps.submit(Plan(TINY, space, Sampler.RANDOM, trials=2), owner=ME)
    train_in_turn(store, sweeps, [0.8, 0.9])
    words = open_sweeps(sweep_id).words
    assert "The points also differ in activation." in words
    assert "mean over" not in words


def test_sampled_ranges_three_settings_and_one_setting_are_drawn_as_well(open_sweeps, sweeps, store):
    for texts in (
        {"learning_rate": "0.001..0.1", "activation": "relu, tanh"},
        {"hidden_units": "8, 9", "dropout": "0, 0.1", "augment": "on, off"},
        {"learning_rate": "0.001..0.1"},
    ):
        sweep_id = sweeps.submit(Plan(TINY, Space.parse(texts), Sampler.RANDOM, trials=3), owner=ME)
        train_in_turn(store, sweeps, [0.8, 0.9, 0.85])
        assert "90.00 %" in open_sweeps(sweep_id).metrics.values()
        sweeps.cancel(sweep_id)


def test_a_trial_on_the_train_page_says_whose_it_is_and_shows_no_test_accuracy(open_page, sweeps, store):
    sweep_id = sweeps.submit(Plan(TINY, GRID), owner=ME)
    train_in_turn(store, sweeps, [0.8])
    page = open_page(TRAIN, run=sweeps.runs(sweep_id)[0].id)
    assert page.metrics["Test accuracy"] == "–"
    assert "10,000 validation images, held out from training: accuracy 80.00 %" in page.words
    assert "only the winner is tested, at the end" in page.words
    assert not any("epoch" in label for label in page.buttons), "it cannot be trained on"
