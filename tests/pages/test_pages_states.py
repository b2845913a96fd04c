"""The Train page for runs in each state: failed, stopped, waiting, of another dataset, of a sweep."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from mnist_core.config import TrainConfig
from mnist_core.runs import Failure, QuotaReached, RunStore, State, WorkQueue, WrongState
from mnist_core.workers.problems import problems
from pages.train import status
from pages.train.updates import curves_as_json
from tests.support.runs_with_networks import BARS, CONFIG, add_run_with_network
from tests.support.visits import ME, RUNS, SOMEBODY_ELSE, TRAIN

EVALUATE = "evaluate/page.py"
RIGHT = "of the training images and **100.00 %** of the test images correctly"


def links(page) -> dict[str, str]:
    """The labels of links to other pages, with what they ask for."""
    protos = [element.proto for element in page.app.get("page_link")]
    return {proto.label: proto.query_string for proto in protos}


# -- on the Train page ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "badge", "progress", "verdict"),
    [
        (State.ACTIVE, ":blue-badge[Training]", "Epoch 2 of 2 · step 2 of 4 · ", ""),
        (State.PAUSED, ":orange-badge[Paused]", "Epoch 2 of 2 · step 2 of 4 · 2 seconds of training", ""),
        (
            State.STOPPED,
            ":gray-badge[Stopped]",
            "Epoch 2 of 2 · step 2 of 4 · 2 seconds of training",
            "When it was stopped, after 2 of 4 steps, it classifies **100.00 %** " + RIGHT,
        ),
        (
            State.FAILED,
            ":red-badge[Failed]",
            "Epoch 2 of 2 · step 2 of 4 · 2 seconds of training",
            "The last network saved before the training failed classifies **100.00 %** " + RIGHT,
        ),
        (
            State.FINISHED,
            ":green-badge[Finished]",
            "Epoch 2 of 2 · step 4 of 4 · 2 seconds of training",
            "It classifies **100.00 %** " + RIGHT,
        ),
    ],
)
def test_a_run_is_told_as_it_stands(open_page, store, state, badge, progress, verdict):
    run_id = add_run_with_network(store, state)
    page = open_page(TRAIN, run_id)
    assert f"Run {run_id}: 3 units" in page.words
    assert badge in page.words
    assert page.progress["words"].startswith(progress)
    assert ("left" in page.progress["words"]) is (state is State.ACTIVE)
    assert page.progress["fraction"] == (1 if state is State.FINISHED else 0.5)
    assert (page.progress["notice"] or {}).get("kind") == {State.ACTIVE: "warning", State.FAILED: "error"}.get(state)
    assert page.words.count("3 units, 2 epochs, batch 300, shapes") == 1, "it has no name beside which to repeat it"
    assert verdict in page.words
    assert (" of the test images correctly" in page.words) is state.ended
    assert links(page)["See its errors"] == f"run={run_id}"
    assert any(label.startswith("Change one thing") for label in links(page)) is state.ended


def test_one_thing_is_changed_by_a_link(open_page, store):
    run_id = add_run_with_network(store, State.FINISHED)
    page = open_page(TRAIN, run_id)
    (query,) = (query for label, query in links(page).items() if label.startswith("Change one thing"))
    page.app.query_params.update(parse_qsl(query))
    page.rerun()
    page.press("Train")
    first, second = store.run(run_id), store.run(run_id + 1)
    assert second.config == replace(first.config, hidden_units=2 * first.config.hidden_units)
    assert second.dataset_sha256 == first.dataset_sha256


def test_a_run_without_a_step_waits(open_page, store):
    page = open_page(TRAIN, store.submit(TrainConfig(), owner=ME))
    assert ":blue-badge[Waiting]" in page.words
    assert set(page.metrics.values()) == {"–"}
    assert "See its errors" not in links(page)


@pytest.mark.parametrize(
    ("failure", "offered"),
    [
        (Failure.PASSING, {"Resume"}),
        (Failure.DIVERGED, set()),  # a hint has a button that fills in what to try
        (Failure.CHECKPOINT, {"Train again from the start"}),
    ],
)
def test_a_failure_is_told_with_what_can_be_done_about_it(open_page, store, failure, offered):
    page = open_page(TRAIN, add_run_with_network(store, State.FAILED, failure=failure))
    assert page.progress["notice"] == {"kind": "error", "text": "The disk is full."}
    controls = {label for label in page.buttons if label.startswith(("Train again", "Resume", "Pause", "Stop", "+1"))}
    assert controls == offered


def test_a_run_that_failed_before_its_first_step_has_no_network_to_speak_of(open_page, store):
    run_id = store.submit(CONFIG, owner=ME)
    turn = WorkQueue(store).claim("a worker of the test", run_id)
    assert turn is not None
    WorkQueue(store).fail(turn, "The disk is full.")
    page = open_page(TRAIN, run_id)
    assert ":red-badge[Failed]" in page.words
    assert "The disk is full." in page.words
    assert "images correctly" not in page.words
    assert "See its errors" not in links(page)
    page.go_to(EVALUATE, run_id)
    assert "This is the starter network" in page.words
    said = page.app.info[0].value
    assert said.startswith(f"Run {run_id} has no network: none was saved before it ended")
    assert said.endswith("This page shows the starter network.")


def test_a_network_that_went_to_make_room_is_not_spoken_of(open_page, store):
    run_id = add_run_with_network(store, State.FINISHED)
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM blobs")
    page = open_page(TRAIN, run_id)
    assert ":green-badge[Finished]" in page.words
    assert "images correctly" not in page.words
    page.go_to(EVALUATE, run_id)
    said = page.app.info[0].value
    assert f"Run {run_id} has no network: none was saved before it ended, or it was deleted to make room." in said
    assert "This page shows the starter network." in said


def test_the_run_of_a_sweep_that_was_stopped_early_says_so(open_page, store):
    run_id = add_run_with_network(store, State.STOPPED)
    for pruned, words in ((0, "One of the runs of sweep 7"), (1, "It was stopped early by sweep 7")):
        with store.writing() as connection:
            connection.exec_driver_sql(f"UPDATE runs SET sweep_id = 7, trial = 0, pruned = {pruned}")  # noqa: S608
        page = open_page(TRAIN, run_id)
        assert links(page)[words] == "sweep=7"
        assert "+1 epoch" not in page.buttons


def test_a_run_with_a_schedule_shows_its_rate_and_says_why_it_gets_no_more_epochs(open_page, store):
    run_id = add_run_with_network(store, State.FINISHED, config=replace(CONFIG, schedule="step"))
    page = open_page(TRAIN, run_id)
    assert f"rate_{run_id}" in page.plots
    more = page.button("+1 epoch")
    assert more.disabled
    assert "a step schedule over 2 epochs" in more.help
    plain = open_page(TRAIN, add_run_with_network(store, State.FINISHED))
    assert not any("rate_" in key for key in plain.plots)
    assert not plain.button("+1 epoch").disabled


@pytest.mark.parametrize(
    ("epochs", "badge", "words"),
    [
        (9, "Stopped early", "stopped early after epoch 2 of 9; the weights of epoch 1 are kept"),
        (2, "Finished", "trained to epoch 2 of 2; the weights of epoch 1 are kept"),
    ],
)
def test_a_run_with_early_stopping_says_whose_weights_are_kept(open_page, store, epochs, badge, words):
    config = replace(CONFIG, epochs=epochs, validation_images=100, patience=1)
    run_id = add_run_with_network(store, State.FINISHED, config=config, kept_epoch=1)
    page = open_page(TRAIN, run_id)
    assert f":green-badge[{badge}]" in page.words
    assert page.progress["fraction"] == 1
    assert page.progress["words"].startswith(words[0].upper() + words[1:])
    assert curves_as_json(store.run(run_id))[f"accuracy_{run_id}"]["summary"].endswith(
        "; the weights of epoch 1 are kept."
    )
    assert page.button("+1 epoch").disabled == (epochs == 9)
    page.go_to(EVALUATE, run_id)
    assert f"This run {words}." in page.words


def test_a_named_run_says_what_it_is_made_of(open_page, store):
    page = open_page(TRAIN, add_run_with_network(store, State.FINISHED, name="my best"))
    assert "Run 1: my best" in page.words
    assert "3 units, 2 epochs, batch 300, shapes" in page.words


def test_whose_run_it_is_is_told_to_others_alone(open_page, store):
    run_id = add_run_with_network(store, State.FINISHED, nickname="Ada")
    assert "by Ada" not in open_page(TRAIN, run_id).words
    assert "· by Ada" in open_page(TRAIN, run_id, owner=SOMEBODY_ELSE).words


@pytest.mark.parametrize("label", ["Resume", "+1 epoch"])
def test_one_run_too_many_is_not_begun_again(open_page, store, monkeypatch, label):
    run_id = add_run_with_network(store, State.FAILED if label == "Resume" else State.FINISHED)
    add_run_with_network(store, State.PAUSED)
    monkeypatch.setenv("MNIST_QUEUE_LIMIT", "1")
    page = open_page(TRAIN, run_id)
    before = store.run(run_id).state
    page.press(label)
    (toast,) = page.app.toast
    assert "One person may have 1 run training, waiting or paused at a time, and you have 1" in toast.value
    assert store.run(run_id).state is before
    with pytest.raises(QuotaReached):
        store.resume(run_id) if label == "Resume" else store.extend(run_id)


def test_a_button_that_comes_too_late_does_nothing(open_page, store, monkeypatch):
    """The run ends between the drawing of the page and the press."""
    run_id = add_run_with_network(store, State.ACTIVE)
    page = open_page(TRAIN, run_id)

    def too_late(self: RunStore, run: int) -> None:
        self.stop(run)
        raise WrongState("It has ended.")

    monkeypatch.setattr(RunStore, "pause", too_late)
    page.press("Pause")
    assert ":gray-badge[Stopped]" in page.words
    assert not page.app.error


# -- why a run waits --------------------------------------------------------------------------------


@pytest.fixture
def waiting(store) -> int:
    """A run of mine behind two of others'."""
    for _ in range(2):
        store.submit(CONFIG, owner=SOMEBODY_ELSE)
    return store.submit(CONFIG, owner=ME)


@pytest.mark.parametrize(
    ("workers", "ahead", "kind", "words"),
    [
        ([], 2, "warning", "No worker is running at the moment"),
        ([False], 2, "info", "The workers are warming up"),
        ([False, True], 2, "info", "2 runs are before it"),
        ([True], 1, "info", "one run is before it"),
        ([True], 0, "info", "it is next"),
    ],
)
def test_a_run_that_waits_says_for_what(open_page, store, monkeypatch, waiting, workers, ahead, kind, words):
    monkeypatch.setattr(status, "SHORT_WAIT", 0.0)
    for number, ready in enumerate(workers):
        WorkQueue(store).heartbeat(f"worker {number}", ready=ready)
    for other in range(1, 3 - ahead):
        store.delete(other)
    notice = open_page(TRAIN, waiting).progress["notice"]
    assert notice["kind"] == kind
    assert words in notice["text"]


def test_why_there_are_no_workers_is_told(open_page, waiting, monkeypatch):
    assert "as soon as one is back" in open_page(TRAIN, waiting).progress["notice"]["text"]
    monkeypatch.setattr(problems, "text", "The machine has too little memory left.")
    page = open_page(TRAIN, waiting)
    assert "Nothing can be trained at the moment. The machine has too little memory left." in page.words
    assert "once that is fixed" in page.progress["notice"]["text"]


def test_trouble_is_not_told_while_somebody_trains(open_page, store, waiting, monkeypatch):
    monkeypatch.setattr(problems, "text", "One of the workers has ended.")
    WorkQueue(store).heartbeat("another worker", ready=True)
    assert "Nothing can be trained" not in open_page(TRAIN, waiting).words


# -- with other images ------------------------------------------------------------------------------


def test_a_run_of_other_images_is_read_by_these_everywhere(open_page, store):
    run_id = add_run_with_network(store, State.FINISHED, reads=(0, 1, 0))
    page = open_page(TRAIN, run_id)
    assert "**66.83 %** of the training images and **66.67 %** of the test images correctly" in page.words  # 401 of 600
    page.go_to(EVALUATE, run_id)
    assert page.metrics["Mispredictions"] == "40"
    page.go_to(RUNS)
    assert f"dataset {BARS.name}" in page.words
