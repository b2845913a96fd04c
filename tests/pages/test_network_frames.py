"""What the picture of a network is made of, as its page fetches it."""

import json
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from mnist_core.data import load_dataset
from mnist_core.evaluation.image_sample import sample_of
from mnist_core.evaluation.network_snapshot import NOT_COUNTED, Count, choose_units, take_snapshot
from mnist_core.network import Network
from mnist_core.runs import State, WorkQueue
from mnist_core.runs.snapshot_store import write_snapshots
from tests.support.route_client import get_route
from tests.support.runs_with_networks import BARS, CONFIG, add_run_with_network
from tests.support.visits import SOMEBODY_ELSE

pytestmark = pytest.mark.usefixtures("fresh_cache")


def frames(run_id, after=None):
    answer = get_route(f"news/{run_id}/network" + ("" if after is None else f"?after={after}"))
    assert answer.status == 200
    return json.loads(answer.body)


@pytest.fixture
def watched(store, make_run):
    """A run in training, and what adds a snapshot of the starter network to it."""
    run_id = make_run(State.ACTIVE)
    turn = WorkQueue(store).claim("worker", run_id)
    assert turn
    network, sample = Network.load("starter"), sample_of(load_dataset())
    units = choose_units(network, sample)

    def record(step, counted=NOT_COUNTED):
        snapshot = take_snapshot(network, step, units, sample, counted, lasting=step % 118 == 0)
        assert snapshot
        WorkQueue(store).record(turn, [], 0.1, snapshots=[snapshot])

    return run_id, record


def test_a_frame_is_what_the_worker_recorded(watched):
    run_id, record = watched
    record(0, Count(870, 1000))
    told = frames(run_id)
    (frame,) = told["frames"]
    assert (frame["mistakes"], frame["when"]) == ("≈ 8,700 of 10,000", "before the first step")
    assert [len(letters) for letters in frame["weights"]] == [784] * 12
    starter = Network.load("starter")
    kernel = starter.layers[0].kernel[:, frame["units"][0]]
    assert max(frame["weights"][0]) == frame["weights"][0][kernel.argmax()] > "?"
    assert min(frame["weights"][0]) == frame["weights"][0][kernel.argmin()] < "?"
    images = load_dataset().test_images[sample_of(load_dataset()).indices][sample_of(load_dataset()).shown]
    assert frame["answers"] == starter.predict(images).argmax(axis=1).tolist()
    assert [ord(letter) for letter in told["images"][0]] == [35 + pixel // 5 for pixel in images[0].ravel()]


def test_only_what_is_new_is_sent(watched):
    run_id, record = watched
    record(118, Count(412, 10_000))
    record(130)
    told = frames(run_id, after=118)
    assert [(frame["step"], frame["mistakes"], frame["when"]) for frame in told["frames"]] == [
        (130, "", "in epoch 2, step 130")
    ]
    assert told.keys() == {"frames"}
    assert frames(run_id, after=130) == {"frames": []}
    assert [frame["step"] for frame in frames(run_id)["frames"]] == [118, 130]


def test_a_run_of_which_nothing_was_recorded_shows_the_network_that_it_has(make_run, store):
    run = store.run(make_run(State.FINISHED))
    (frame,) = frames(run.id)["frames"]
    assert (frame["step"], frame["when"]) == (run.steps, "after epoch 2")
    assert frame["mistakes"] == f"{round(10_000 * (1 - run.test_accuracy)):,} of 10,000"


def test_the_frames_from_the_epoch_on_that_early_stopping_has_kept_say_so(store):
    config = replace(CONFIG, epochs=9, validation_images=100, patience=1)
    run = store.run(add_run_with_network(store, State.FINISHED, config=config, kept_epoch=1))
    (frame,) = frames(run.id)["frames"]
    assert (frame["step"], frame["when"]) == (2, "after epoch 1, which is kept")
    assert frame["mistakes"] == "30 of 120", "of the network that is kept"
    snapshot = take_snapshot(Network.load(run.id), 0, (0, 1, 2), sample_of(BARS), NOT_COUNTED, lasting=True)
    assert snapshot
    with store.writing() as connection:
        write_snapshots(connection, run.id, [snapshot._replace(step=step) for step in (0, 2, 3, 4)])
    st.cache_resource.clear()
    assert [frame["when"] for frame in frames(run.id)["frames"]] == [
        "before the first step",
        "after epoch 1, which is kept",
        "in epoch 2, step 3; epoch 1 is kept",
        "after epoch 2; epoch 1 is kept",
    ]


def test_of_a_network_that_was_not_tested_when_it_was_stopped_no_mistakes_are_told(make_run, store):
    run = store.run(make_run(State.STOPPED))
    assert run.test_accuracy is not None, "of the epoch before"
    (frame,) = frames(run.id)["frames"]
    assert (frame["step"], frame["mistakes"]) == (run.step, "")


def test_before_the_first_step_it_says_that_pictures_will_come(make_run, store):
    run_id = make_run(State.ACTIVE, owner=SOMEBODY_ELSE)
    assert frames(run_id) == {"frames": [], "empty": "What the network learns appears here with its first steps."}


def test_a_network_whose_weights_are_no_numbers_has_no_picture(make_run, store, monkeypatch):
    run_id = make_run(State.STOPPED)
    weights = [np.full_like(array, np.nan) for array in Network.load(run_id).weights]
    broken = Network.from_weights(weights, "relu").to_bytes()
    monkeypatch.setattr(type(store), "network_and_step", lambda _store, _run_id: (broken, 7))
    assert "no weights that can be shown" in frames(run_id)["empty"]


@pytest.mark.parametrize("after", ["", "-1", "x", "9" * 30, "²"])
def test_an_address_that_makes_no_sense_asks_for_all(watched, after):
    run_id, record = watched
    record(0)
    assert len(frames(run_id, after)["frames"]) == 1


def test_there_are_no_frames_of_a_deleted_run(make_run, store):
    run_id = make_run(State.FINISHED)
    store.delete(run_id)
    assert get_route(f"news/{run_id}/network").status == 404
