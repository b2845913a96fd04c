"""The Start page: a run by one press, the way with what was done ticked, and one's last runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mnist_core.config import TrainConfig
from mnist_core.runs import State
from mnist_core.text.words import percent
from tests.support.runs_with_networks import add_run_with_network
from tests.support.visits import ME, RUNS, SOMEBODY_ELSE, START, OpenPage


def links(page: OpenPage) -> dict[str, str]:
    """The labels of the page's links, with what follows the "?" in their addresses."""
    protos = [element.proto for element in page.app.get("page_link")]
    return {proto.label: proto.query_string for proto in protos}


def done(page: OpenPage) -> set[str]:
    """The numbers of the steps that are ticked."""
    return {label[0] for label in links(page) if label.endswith("(done)")}


def test_one_press_trains_the_default_settings_and_shows_the_run(open_page, store):
    page = open_page(START)
    page.press("Train your own")
    assert [title.value for title in page.app.title] == ["Train"]
    assert page.app.query_params["run"] == "1"
    assert (store.run(1).config, store.run(1).owner) == (TrainConfig(), ME)


def test_another_press_trains_with_a_seed_that_nobody_has_had(open_page, store):
    store.submit(TrainConfig(), owner=SOMEBODY_ELSE)
    open_page(START).press("Train your own")
    assert store.run(2).config == replace(TrainConfig(), seed=1)


def test_steps_are_ticked_once_they_are_done(open_page, store):
    page = open_page(START)
    assert done(page) == set()
    page.go_to("data/page.py")
    page.go_to(RUNS)
    page.go_to(START)
    assert done(page) == {"1", "6"}
    store.submit(TrainConfig(), owner=ME)
    store.submit(replace(TrainConfig(), seed=1), owner=ME)
    store.submit(replace(TrainConfig(), epochs=3), owner=SOMEBODY_ELSE)
    page.rerun()
    assert done(page) == {"1", "2", "6"}
    store.submit(replace(TrainConfig(), epochs=3), owner=ME)
    page.rerun()
    assert done(page) == {"1", "2", "5", "6"}


def test_the_next_step_is_the_first_that_is_not_done_and_takes_the_newest_run_along(open_page, store):
    page = open_page(START)
    assert page.next_step == ("Look at the images", "")
    run = store.submit(TrainConfig(), owner=ME)
    page.go_to("data/page.py")
    page.go_to(START)
    assert page.next_step == ("Evaluate it: its accuracy and what it confuses", f"run={run}")


@pytest.mark.parametrize("path", [RUNS, "compare/sweeps.py", "draw/page.py"])
def test_who_has_no_runs_is_led_to_train_a_network(open_page, store, path):
    add_run_with_network(store, State.FINISHED, owner=SOMEBODY_ELSE)
    assert open_page(path).next_step == ("Train a network", "")
    store.submit(TrainConfig(), owner=ME)
    assert open_page(path).next_step[0] != "Train a network"


def test_the_last_runs_of_this_browser_are_links_with_their_accuracy(open_page, store):
    finished = add_run_with_network(store, State.FINISHED, owner=ME)
    failed = add_run_with_network(store, State.FAILED, owner=ME, name="*twice*")
    add_run_with_network(store, State.FINISHED, owner=SOMEBODY_ELSE)
    shown = {query: label for label, query in links(open_page(START)).items() if "run=" in query}
    assert set(shown) == {f"run={finished}", f"run={failed}"}
    assert shown[f"run={finished}"].endswith(f"· {percent(store.run(finished).test_accuracy)} on the test images")
    assert shown[f"run={failed}"] == f"Run {failed}: \\*twice\\* · Failed"


def test_who_has_no_runs_is_shown_none(open_page, store):
    add_run_with_network(store, State.FINISHED, owner=SOMEBODY_ELSE)
    assert "Your last runs" not in open_page(START).words
