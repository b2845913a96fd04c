"""The Runs page without a browser: the list, whose runs it holds, and what can be done with a chosen one."""

import pytest

from mnist_core.runs import State, make_room
from mnist_core.runs.limit import size
from tests.visits import RUNS, SOMEBODY_ELSE, TRAIN


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
    for state in sorted(State, key=lambda state: state is State.ACTIVE):  # which would keep later ones waiting
        make_run(state, name=f"a {state} one")
    page = open_page(RUNS)
    listed = rows(page)
    assert [row["Run"] for row in listed] == [5, 4, 3, 2, 1]
    for row, run in zip(listed, store.runs(), strict=True):
        assert row["Name"] == f"a {run.state} one"
        assert row["State"].startswith(run.state)
        assert row["Test accuracy"] == pytest.approx(100 * run.test_accuracy)
        assert row["Best test accuracy"] == pytest.approx(100 * run.test_accuracy)
        assert (row["Seconds"], row["Parameters"]) == (1.5, 12_730)
    assert "5 runs, all with hidden units 16, epochs 2, batch size 512" in page.words


def test_a_run_that_goes_on_shows_how_far_it_is(open_page, make_run, store):
    run = store.run(make_run(State.ACTIVE))
    assert rows(open_page(RUNS))[0]["State"] == f"active ({run.step / run.steps:.0%})"


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
    assert "Hidden units" in [field.label for field in page.app.number_input]


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
    assert f"Run {run_id} is deleted" in page.words
    assert not store.runs()
    page.press("Undo")
    assert [row["Run"] for row in rows(page)] == [run_id]
    assert "is deleted" not in page.words


def test_a_deleted_run_is_not_shown_on_other_pages(open_page, make_run, store):
    run_id = make_run(State.FINISHED)
    page = open_page(TRAIN, run_id)
    store.delete(run_id)
    page.go_to(TRAIN)
    assert "Nothing is trained yet" in page.words


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
    make_room(store, held - 1)
    page = open_page(RUNS)
    assert "The training state of run 1 went" in page.words
    choose_row(page, 0)
    page.press("Pin")
    assert store.run(2).pinned
    assert page.app.dataframe[0].value["Pinned"].tolist() == ["📌", ""]
    page.press("Unpin")
    assert not store.run(2).pinned
    assert "Pinned" not in page.app.dataframe[0].value
