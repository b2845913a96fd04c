"""A page about a run in training that is drawn again for its newer network: what somebody chose on it stays."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import State, WorkQueue
from pages.train.progress import progress
from tests.support.runs_with_networks import CONFIG, add_run_with_network, network

TRAIN, EVALUATE, INSIDE = "train/page.py", "evaluate/page.py", "inside/page.py"
TWO_AS_NOUGHT = (0, 1, 0)


@pytest.fixture
def run_id(store):
    """A run in training whose network after the first of three epochs takes bar 2 for bar 0."""
    return add_run_with_network(store, State.ACTIVE, TWO_AS_NOUGHT, config=replace(CONFIG, epochs=3))


def go_on(store, run_id, reads=(0, 1, 2)):
    """Have a worker train the second epoch, after which the network reads the bars as these."""
    queue = WorkQueue(store)
    turn = queue.claim("a worker of the test", run_id)
    assert turn is not None
    point = ProgressPoint(4, 2, 0.7, 0.65, 0.6, 0.75)
    queue.record(turn, [point], 1.5, Checkpoint(4, network(reads).to_bytes(), b"an optimizer"), release=True)


def test_the_page_of_a_run_that_ends_is_drawn_again(store, open_page, run_id, monkeypatch):
    """The progress, which the browser updates by itself, says that the rest of the page is out of date."""

    def mount(**_mounted):
        going_on = store.run(run_id).state is State.ACTIVE
        if going_on:
            store.stop(run_id)
        return SimpleNamespace(outdated=going_on)

    monkeypatch.setattr(progress, "_component", lambda: mount)
    page = open_page(TRAIN, run_id)
    assert "badge[Stopped]" in page.words
    assert "badge[Training]" not in page.words


def asks(page):
    """The address at which the line about the run in training asks for news."""
    protos = [element.proto for element in page.app.get("bidi_component")]
    return next(json.loads(it.json)["address"] for it in protos if it.component_name == "digits_newer_network")


def test_evaluate_shows_the_newer_network_with_the_filters_that_were_chosen(store, open_page, run_id):
    page = open_page(EVALUATE, run_id)
    assert page.metrics["Test accuracy"] == "66.67 %"
    assert asks(page) == f"news/{run_id}/newer?step=2"
    page.app.selectbox(key="true_digit").select("bar 2")
    page.rerun()
    assert "bar 2 misread: 40 images" in [it.value for it in page.app.header]
    go_on(store, run_id)
    page.rerun()
    assert page.metrics["Test accuracy"] == "100.00 %"
    assert asks(page) == f"news/{run_id}/newer?step=4"
    assert page.app.selectbox(key="true_digit").value == "bar 2"
    assert "bar 2 misread: no images" in [it.value for it in page.app.header]


def test_inside_keeps_view_digit_and_slider(store, open_page, run_id):
    page = open_page(INSIDE, run_id, view="surgery")
    page.app.slider[0].set_value(10)
    page.number("Number").set_value(7)
    page.rerun()
    assert page.metrics["Test accuracy"].startswith("66.67 % → ")
    go_on(store, run_id)
    page.rerun()
    assert page.metrics["Test accuracy"].startswith("100.00 % → ")
    assert (page.app.slider[0].value, page.number("Number").value) == (10, 7)
    assert page.app.query_params["view"] == "surgery"


@pytest.mark.parametrize(("by", "stays"), [("PCA", False), ("t-SNE", True)])
def test_a_map_by_t_sne_stays_since_a_worker_made_it_of_that_network(open_page, run_id, by, stays):
    page = open_page(INSIDE, run_id, view="map")
    next(group for group in page.app.button_group if group.key == "inside_map_by").select(by)
    page.rerun()
    assert any("of_this_network" in key for key in keys(page.app.main)) is stays


def keys(block):
    """The keys of the containers in a block of a page, at any depth."""
    for child in getattr(block, "children", {}).values():
        yield getattr(child.proto, "id", "") or ""
        yield from keys(child)
