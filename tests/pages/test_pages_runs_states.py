"""The Runs page for runs in each state: what it says and which actions it offers."""

from __future__ import annotations

import pytest

from mnist_core.runs import State
from tests.support.idx_server import small_dataset
from tests.support.runs_with_networks import CONFIG, add_run_with_network
from tests.support.visits import ME, RUNS


def tick(page, *rows) -> None:
    """Tick the boxes at the left of these rows."""
    table = page.app.dataframe[0]
    page.app.session_state[table.key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    page.rerun()


@pytest.mark.parametrize(
    ("state", "shown", "offered"),
    [
        (State.ACTIVE, "Training (50 %)", {"Open", "Evaluate", "Make baseline", "Edit", "Pin", "Stop", "Delete"}),
        (State.PAUSED, "Paused (50 %)", {"Open", "Evaluate", "Make baseline", "Edit", "Pin", "Stop", "Delete"}),
        (State.STOPPED, "Stopped", {"Open", "Evaluate", "Make baseline", "Edit", "Pin", "Delete"}),
        (State.FAILED, "Failed", {"Open", "Evaluate", "Make baseline", "Edit", "Pin", "Delete"}),
        (State.FINISHED, "Finished", {"Open", "Evaluate", "Make baseline", "Edit", "Pin", "Delete"}),
    ],
)
def test_the_list_says_how_a_run_stands_and_offers_what_can_be_done(open_page, store, state, shown, offered):
    add_run_with_network(store, state)
    page = open_page(RUNS)
    assert page.app.dataframe[0].value["State"].tolist() == [shown]
    tick(page, 0)
    assert page.buttons - {"Setting"} == offered


def test_a_run_without_a_step_is_not_to_be_evaluated(open_page, store):
    store.submit(CONFIG, owner=ME)
    page = open_page(RUNS)
    assert page.app.dataframe[0].value["State"].tolist() == ["Waiting"]
    tick(page, 0)
    assert "Open" in page.buttons
    assert "Evaluate" not in page.buttons


def test_a_chosen_run_can_be_evaluated(open_page, store):
    older = add_run_with_network(store, State.FINISHED)
    add_run_with_network(store, State.FINISHED, reads=(0, 1, 0))
    page = open_page(RUNS)
    tick(page, 1)
    page.press("Evaluate")
    assert page.app.query_params["run"] == str(older)
    assert page.metrics["Test accuracy"] == "100.00 %"


def test_a_baseline_is_made_told_and_dropped(open_page, store):
    for _ in range(2):
        add_run_with_network(store, State.FINISHED)
    page = open_page(RUNS)
    assert "Baseline" not in page.words
    tick(page, 1)
    page.press("Make baseline")
    assert "Baseline: run 1 (75.00 % on the test images). Δ is the difference from it." in page.words
    assert page.app.query_params["baseline"] == "1"
    assert "Make baseline" not in page.buttons
    assert page.app.dataframe[0].value["Δ test accuracy"].tolist() == [0, 0]
    page.press("No baseline")
    assert "Baseline" not in page.words
    assert "Δ test accuracy" not in page.app.dataframe[0].value


def test_runs_that_read_other_images_are_not_compared(open_page, store):
    add_run_with_network(store, State.FINISHED)
    add_run_with_network(store, State.FINISHED, images=small_dataset("others", seed=1))
    page = open_page(RUNS)
    tick(page, 0, 1)
    assert "They were tested with different images, so their accuracies cannot be compared." in page.words


@pytest.mark.parametrize(("state", "going"), [(State.PAUSED, True), (State.FINISHED, False)])
def test_deleting_says_what_becomes_of_what_is_in_training(open_page, store, state, going):
    add_run_with_network(store, state)
    page = open_page(RUNS)
    tick(page, 0)
    page.press("Delete")
    said = " ".join(str(element.value) for element in page.app.markdown)
    assert "will be deleted with its network and curves" in said
    assert ("Training in progress will stop." in said) is going
