"""The Runs page without a browser: the list, its owners, and actions on selected runs."""

import json

import pytest

from mnist_core.config import TrainConfig
from mnist_core.ledger import owner_tag
from mnist_core.runs import DatasetStore, State, enforce_store_limit
from mnist_core.runs.retention import size
from mnist_core.runs.schema import runs
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from mnist_core.sweeps.advance import advance_next_sweep
from mnist_core.text.words import percent
from tests.support.idx_server import small_dataset
from tests.support.sweep_steps import GRID, TINY, active_runs, record_epochs, train_in_turn
from tests.support.synthetic_runs import add_synthetic_runs
from tests.support.visits import ME, RUNS, SOMEBODY_ELSE, TRAIN


def rows(page):
    """The table's rows as dictionaries, from the top."""
    return page.app.dataframe[0].value.to_dict("records")


def choose_row(page, row):
    """Tick the box at the left of a row."""
    table = page.app.dataframe[0]
    page.app.session_state[table.key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    page.rerun()


def show_everyones(page):
    page.app.button_group[0].select("Everyone's")
    page.rerun()


def test_without_runs_the_page_says_how_to_make_one(open_page):
    page = open_page(RUNS)
    assert "You have no runs yet" in page.words
    show_everyones(page)
    assert "Nobody has trained anything yet" in page.words


def test_runs_are_listed_with_settings_state_accuracy_and_time(open_page, make_run, store):
    written = (state for state in State if state is not State.DAMAGED)
    for state in sorted(written, key=lambda state: state is State.ACTIVE):  # which would keep later ones waiting
        make_run(state, name=f"a {state} one")
    page = open_page(RUNS)
    listed = rows(page)
    assert [row["Run"] for row in listed] == [5, 4, 3, 2, 1]
    assert list(listed[0]) == [
        "Run", "Name", "State", "Test accuracy", "Test loss", "Gap", "Parameters", "Seconds", "Started",
    ]  # fmt: skip
    for row, run in zip(listed, store.runs(), strict=True):
        assert row["Name"] == f"a {run.state} one"
        assert row["State"].startswith(run.status)
        assert row["Test accuracy"] == pytest.approx(100 * run.test_accuracy)
        assert (row["Seconds"], row["Parameters"]) == (1.5, 12_730)
    assert "5 runs, all with hidden units 16, epochs 2, batch size 512, dataset MNIST." in page.words


def test_what_all_runs_have_in_common_is_said_but_for_what_is_usual(open_page, store):
    for seed in range(2):
        store.submit(TrainConfig(optimizer="sgd", momentum=0.9, training_images=500, seed=seed), owner=ME)
    words = open_page(RUNS).words
    assert "batch size 128, optimizer sgd, momentum 0.9, training images 500, dataset MNIST." in words
    assert "2 runs, all with hidden units 256, epochs 5" in words


def test_a_run_that_goes_on_shows_how_far_it_is(open_page, make_run, store):
    run = store.run(make_run(State.ACTIVE))
    assert rows(open_page(RUNS))[0]["State"] == f"Training ({percent(run.step / run.steps, 0)})"


def test_mine_are_shown_first_and_everyones_on_request(open_page, make_run):
    make_run(State.FINISHED, owner=SOMEBODY_ELSE, nickname="Grace")
    make_run(State.FINISHED)
    page = open_page(RUNS)
    assert [row["Run"] for row in rows(page)] == [2]
    show_everyones(page)
    assert [(row["Run"], row["By"]) for row in rows(page)] == [(2, "you"), (1, "Grace")]


def test_my_runs_at_rest_are_shown_while_somebody_else_trains(open_page, make_run):
    make_run(State.FINISHED)
    make_run(State.ACTIVE, owner=SOMEBODY_ELSE)
    assert [row["Run"] for row in rows(open_page(RUNS))] == [1]


def test_the_choice_between_mine_and_everyones_survives_a_visit_to_another_page(open_page, make_run):
    make_run(State.FINISHED, owner=SOMEBODY_ELSE)
    page = open_page(RUNS)
    show_everyones(page)
    page.go_to(TRAIN)
    page.go_to(RUNS)
    assert [row["Run"] for row in rows(page)] == [1]
    assert not page.app.warning


def test_a_chosen_run_can_be_opened(open_page, make_run):
    make_run(State.FINISHED, name="older")
    make_run(State.FINISHED, name="newer")
    page = open_page(RUNS)
    assert "Open" not in page.buttons
    choose_row(page, 1)
    page.press("Open")
    assert "Run 1: older" in page.words
    assert page.app.query_params["run"] == "1"
    assert "Hidden units" in [field.label for field in page.app.text_input]


def test_the_chosen_run_stays_chosen_when_a_newer_one_comes(open_page, make_run):
    make_run(State.FINISHED, name="the one")
    page = open_page(RUNS)
    choose_row(page, 0)
    make_run(State.FINISHED, name="newer")
    page.rerun()
    assert "**Run 1: the one**" in page.words


def test_a_run_can_be_given_a_name_tags_and_notes(open_page, make_run, store):
    run_id = make_run(State.FINISHED)
    page = open_page(RUNS)
    choose_row(page, 0)
    page.press("Edit")
    name, tags = page.dialog.text_input
    name.set_value("my best")
    tags.set_value("Week 1, good")
    page.dialog.text_area[0].set_value("Reads sevens well.")
    page.answer("Edit", "Save")
    run = store.run(run_id)
    assert (run.name, run.tags, run.notes) == ("my best", ("good", "week-1"), "Reads sevens well.")
    row = rows(page)[0]
    assert (row["Name"], list(row["Tags"]), row["Notes"]) == ("my best", ["good", "week-1"], "Reads sevens well.")


def test_a_run_is_deleted_only_after_asking_and_the_deletion_undone(open_page, make_run, store):
    run_id = make_run(State.FINISHED)
    page = open_page(RUNS)
    choose_row(page, 0)
    page.press("Delete")
    assert store.run(run_id).deleted_at is None
    page.answer("Delete", "Delete")
    assert f"Run {run_id} was deleted" in page.words
    assert not store.runs()
    page.press("Undo")
    assert [row["Run"] for row in rows(page)] == [run_id]
    assert "was deleted" not in page.words


def test_a_deleted_run_is_not_shown_on_other_pages(open_page, make_run, store):
    run_id = make_run(State.FINISHED)
    page = open_page(TRAIN, run_id)
    store.delete(run_id)
    page.go_to(TRAIN)
    assert "There is no run to show yet" in page.words


def test_only_the_person_at_the_server_may_change_somebody_elses_run(open_page, make_run, at_server):
    make_run(State.PAUSED, owner=SOMEBODY_ELSE)
    page = open_page(RUNS)
    show_everyones(page)
    choose_row(page, 0)
    assert "Open" in page.buttons
    assert ({"Edit", "Delete"} <= page.buttons) is at_server
    assert ("only they can rename, pin or delete it" in page.words) is not at_server


def test_the_page_tells_which_runs_made_room_and_can_pin_others(open_page, store, make_run):
    make_run(State.FINISHED)
    make_run(State.FINISHED)
    with store.reading() as connection:
        held = size(connection)
    enforce_store_limit(store, held - 1)
    page = open_page(RUNS)
    assert "The training state of run 1 was deleted" in page.words
    choose_row(page, 0)
    page.press("Pin")
    assert store.run(2).pinned
    assert page.app.dataframe[0].value["Pinned"].tolist() == ["📌", ""]
    page.press("Unpin")
    assert not store.run(2).pinned
    assert "Pinned" not in page.app.dataframe[0].value


# -- the ledger -------------------------------------------------------------------------------------


def follow(open_page, **query):
    """Open the Runs page by a link."""
    page = open_page(RUNS)
    page.app.query_params.clear()
    for name, value in query.items():
        page.app.query_params[name] = value
    page.rerun()
    return page


def tick(page, *rows):
    table = page.app.dataframe[0]
    page.app.session_state[table.key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    page.rerun()


def filter_field(page):
    return next(field for field in page.app.text_input if field.label == "Filter")


def test_the_filter_narrows_the_table_and_says_what_it_does_not_understand(open_page, store):
    add_synthetic_runs(store, 20)
    page = open_page(RUNS)
    filter_field(page).set_value("units >= 128 and optimizer = adam")
    page.rerun()
    kept = [run.config for run in store.runs() if run.config.hidden_units >= 128 and run.config.optimizer == "adam"]
    assert [row["Hidden units"] for row in rows(page)] == [config.hidden_units for config in kept]
    assert page.app.query_params["filter"] == "units >= 128 and optimizer = adam"
    filter_field(page).set_value("unit >= 128")
    page.rerun()
    assert "Do you mean “units”?" in page.words
    assert len(rows(page)) == 20


def test_a_press_before_the_browser_has_the_new_address_leaves_the_filter(open_page, store):
    add_synthetic_runs(store, 6)
    page = follow(open_page, sort="run")
    before = dict(page.app.query_params)
    filter_field(page).set_value("run <= 2")
    page.rerun()
    after = dict(page.app.query_params)
    page.app.query_params = dict(before)
    page.rerun()
    assert [row["Run"] for row in rows(page)] == [1, 2]
    assert page.app.query_params == after
    page.go_to(TRAIN)
    page.go_to(RUNS, **before)
    assert len(rows(page)) == 6, "a link to the same address counts"


def test_two_ticked_runs_are_compared_image_by_image(open_page, make_run):
    for seed in (0, 1):
        make_run(State.FINISHED, seed=seed)
    page = open_page(RUNS)
    tick(page, 0, 1)
    assert "These runs differ in seed (0, 1)." in page.words  # but hold the same network: no image tells them apart
    assert "may well be chance (p = 1)" in page.words
    assert "only the accuracies were compared" not in page.words
    assert page.app.query_params["runs"] == "1-2"


def test_runs_without_networks_are_compared_by_their_accuracies(open_page, store):
    add_synthetic_runs(store, 3)
    page = open_page(RUNS)
    tick(page, 0, 1, 2)
    assert "only the accuracies were compared" in page.words


def test_runs_that_read_different_images_are_not_compared(open_page, store):
    add_synthetic_runs(store, 2)
    other = DatasetStore(store).add(small_dataset(), owner=ME).sha256
    with store.writing() as connection:
        connection.execute(runs.update().where(runs.c.id == 2).values(dataset="shapes", dataset_sha256=other))
    page = open_page(RUNS)
    tick(page, 0, 1)
    assert "They were tested with different images, so their accuracies cannot be compared." in page.words
    assert "reads most" not in page.words


def test_trials_of_a_sweep_are_compared_by_their_validation_images(open_page, store):
    sweeps = SweepStore(store)
    sweeps.submit(Plan(TINY, GRID), owner=ME)
    train_in_turn(store, sweeps, [0.9])
    page = open_page(RUNS)
    train_in_turn(store, sweeps, [0.8])
    page.rerun()
    tick(page, 0, 1)
    assert "Run 1 classifies the most validation images correctly (90.00 %), and its lead over run 2" in page.words


def test_the_runs_of_a_sweep_are_one_row_until_somebody_asks_for_them(open_page, store, make_run):
    sweeps = SweepStore(store)
    sweeps.submit(Plan(TINY, GRID), owner=ME)
    train_in_turn(store, sweeps, [0.9, 0.8])
    make_run(State.FINISHED)
    page = open_page(RUNS)
    assert [(row["Run"], row["State"]) for row in rows(page)] == [("3", "Finished"), ("Sweep 1", "2 runs")]
    filter_field(page).set_value("sweep = 1")
    page.rerun()
    assert [row["Run"] for row in rows(page)] == [2, 1]


def test_a_baseline_within_a_folded_sweep_is_that_run_and_not_the_sweep(open_page, store, make_run):
    sweeps = SweepStore(store)
    sweeps.submit(Plan(TINY, GRID), owner=ME)
    train_in_turn(store, sweeps, [0.9, 0.8])
    make_run(State.FINISHED)
    page = follow(open_page, baseline="2", columns="run,seconds")
    told = {row["Run"]: (row["Seconds"], row["Δ seconds"]) for row in rows(page)}
    assert told == {"3": (1.5, 0.5), "Sweep 1": (2.0, 1.0)}


def test_a_link_to_some_runs_of_a_sweep_shows_each(open_page, store):
    sweeps = SweepStore(store)
    sweeps.submit(Plan(TINY, GRID), owner=ME)
    train_in_turn(store, sweeps, [0.9, 0.8, 0.7])
    page = follow(open_page, runs="1-2")
    assert [row["Run"] for row in rows(page)] == [3, 2, 1]
    assert "Run 1 classifies the most validation images correctly" in page.words


def test_runs_of_which_one_has_not_been_tested_cannot_be_compared_yet(open_page, store, make_run):
    make_run(State.FINISHED)
    store.submit(TINY, owner=ME)
    page = open_page(RUNS)
    tick(page, 0, 1)
    assert "They can be ranked once two of them have finished an epoch." in page.words


def test_a_link_shows_somebody_else_the_same(open_page, store):
    add_synthetic_runs(store, 6, SOMEBODY_ELSE)
    query = {"of": owner_tag(SOMEBODY_ELSE), "filter": "run <= 5", "baseline": "2", "runs": "1-2", "sort": "run"}
    page = follow(open_page, **query, columns="run,test_accuracy,gap")
    assert [row["Run"] for row in rows(page)] == [1, 2, 3, 4, 5]
    labels = ["Run", "Test accuracy", "Δ test accuracy", "Gap", "Δ gap"]
    assert list(page.app.dataframe[0].value) == labels
    assert "Baseline: run 2 " in page.words
    assert "These runs differ in" in page.words
    assert page.app.button_group[0].value == "Shared by Test data"
    assert "Delete" not in page.buttons
    assert SOMEBODY_ELSE not in str(page.app.query_params)


def test_a_broken_link_is_named_and_the_rest_of_it_shown(open_page, store):
    add_synthetic_runs(store, 3)
    page = follow(open_page, runs="x", sort="test_accuracy", baseline="99")
    assert "The link's runs=x is not valid" in page.words
    assert "Run 99, the baseline, was not found" in page.words
    accuracies = [row["Test accuracy"] for row in rows(page)]
    assert accuracies == sorted(accuracies)


def test_seeds_are_put_together(open_page, make_run):
    for seed in range(3):
        make_run(State.FINISHED, seed=seed)
    page = follow(open_page, seeds="yes")
    (row,) = rows(page)
    assert (row["Runs"], row["± test accuracy"]) == (3, 0)
    tick(page, 0)
    assert "**3 runs**" in page.words


@pytest.mark.parametrize(("sort", "order"), [("seed", [1, 3]), ("-seed", [3, 1])])
def test_seeds_that_are_put_together_have_no_order_by_seed(open_page, make_run, sort, order):
    make_run(State.FINISHED)
    make_run(State.STOPPED)
    make_run(State.STOPPED)
    page = follow(open_page, seeds="yes", sort=sort, filter="run != 2")
    assert [row["Run"] for row in rows(page)] == order


def test_a_baseline_compares_means_of_seeds_as_well(open_page, make_run):
    for seed in range(2):
        make_run(State.FINISHED, seed=seed)
    page = follow(open_page, seeds="yes", baseline="1", columns="test_accuracy")
    assert list(rows(page)[0]) == ["Test accuracy", "± test accuracy", "Δ test accuracy"]
    assert rows(page)[0]["Δ test accuracy"] == 0
    written = json.loads(page.app.dataframe[0].proto.columns)
    formats = {name: written[name]["type_config"]["format"] for name in list(rows(page)[0])}
    assert formats == {"Test accuracy": "%.2f %%", "± test accuracy": "%.2f", "Δ test accuracy": "%+.2f"}


@pytest.mark.slow
def test_a_thousand_runs_are_shown_filtered_and_ticked(open_page, store):
    add_synthetic_runs(store, 1000)
    page = open_page(RUNS)
    filter_field(page).set_value("units >= 128")
    page.rerun()
    tick(page, 3)
    assert "Make baseline" in page.buttons
    assert 500 < len(rows(page)) < 700


@pytest.mark.slow
def test_several_runs_are_tagged_stopped_and_deleted_together(open_page, make_run, store):
    make_run(State.FINISHED)
    for _ in range(2):
        make_run(State.PAUSED)
    page = open_page(RUNS)
    tick(page, 0, 1, 2)
    page.press("Tag")
    page.dialog.text_input[0].set_value("week 1")
    page.answer("Tag", "Save")
    assert {run.tags for run in store.runs()} == {("week-1",)}
    page.press("Stop")
    assert [run.state for run in store.runs()] == [State.STOPPED, State.STOPPED, State.FINISHED]
    page.press("Delete")
    page.answer("Delete", "Delete")
    assert "3 runs were deleted." in page.words
    page.press("Undo")
    assert len(rows(page)) == 3


@pytest.mark.slow
@pytest.mark.parametrize("plot", ["setting", "coordinates", "parameters", "seconds"])
def test_every_plot_of_many_runs_can_be_had_by_a_link(open_page, store, plot):
    add_synthetic_runs(store, 30)
    page = follow(open_page, plot=plot, brush="hidden_units:100..300")
    assert "Brushed: hidden units 100 to 300." in page.words
    assert {row["Hidden units"] for row in rows(page)} <= {128, 256}
    page.press("Clear the brush")
    assert len(rows(page)) == 30


def test_runs_that_a_plot_cannot_show_are_counted(open_page, make_run, store):
    make_run(State.FINISHED)
    sweeps = SweepStore(store)
    sweep = sweeps.submit(Plan(TINY, GRID), owner=ME)
    for _ in range(3):
        advance_next_sweep(sweeps, "a worker of the test")
        for run in active_runs(sweeps, sweep):
            record_epochs(store, run, [0.9])
    page = open_page(RUNS)
    assert "1 run is not in the plot: no validation accuracy." in page.words
    filter_field(page).set_value("validation images = 0")
    page.rerun()
    assert "not in the plot" not in page.words
