"""What the views of the epochs show, as their pages fetch it: in Evaluate and in Inside."""

import json
from dataclasses import replace

import pytest

from mnist_core.evaluation.ended_epoch import EndedEpoch, EpochPredictions, half_precision
from mnist_core.runs import State, schema
from mnist_core.runs.epoch_store import PREDICTIONS, write_epochs
from tests.support.route_client import get_route
from tests.support.runs_with_networks import BARS, CONFIG, add_run_with_network, network
from tests.support.visits import OpenPage

pytestmark = pytest.mark.usefixtures("fresh_cache")

# After the first epoch, bar 2 is taken for bar 1, and after the second bar 0 for bar 2; after the third, all are read.
READS = ((0, 1, 1), (2, 1, 2), (0, 1, 2))


@pytest.fixture
def run_id(store):
    """A finished run of three epochs of which all is stored, and its untrained network reads everything as bar 0."""
    run_id = add_run_with_network(store, State.FINISHED, config=replace(CONFIG, epochs=3))
    ended = []
    for epoch, reads in enumerate(((0, 0, 0), *READS)):
        probabilities = network(reads).predict(BARS.test_images)
        ended.append(EndedEpoch(epoch, half_precision(network(reads)), EpochPredictions.of(epoch, probabilities)))
    with store.writing() as connection:
        write_epochs(connection, run_id, ended)
    return run_id


def asked(address):
    answer = get_route(address)
    assert answer.status == 200
    return json.loads(answer.body)


def counts(frame):
    return {name: group["count"] for name, group in frame["groups"].items()}


def test_each_epoch_has_its_matrix_and_says_what_was_learned_and_forgotten(run_id):
    """40 test images show each of the three bars."""
    told = asked(f"news/{run_id}/epochs")
    assert [frame["matrix"] for frame in told["frames"]] == [
        [[40, 0, 0], [40, 0, 0], [40, 0, 0]],
        [[40, 0, 0], [0, 40, 0], [0, 40, 0]],
        [[0, 0, 40], [0, 40, 0], [0, 0, 40]],
        [[40, 0, 0], [0, 40, 0], [0, 0, 40]],
    ]
    assert [counts(frame) for frame in told["frames"]] == [
        {"misread": 80, "learned": 0, "forgotten": 0, "first": 40, "never": 80},
        {"misread": 40, "learned": 40, "forgotten": 0, "first": 40, "never": 40},
        {"misread": 40, "learned": 40, "forgotten": 40, "first": 40, "never": 0},
        {"misread": 0, "learned": 40, "forgotten": 0, "first": 0, "never": 0},
    ]
    assert told["frames"][0]["sentence"] == "Before the first step: 33.33 % correct, 80 mispredictions."
    assert told["frames"][1]["sentence"].endswith("Since the start, 40 images learned and 0 forgotten.")
    assert told["frames"][2]["sentence"] == (
        "After epoch 2 of 3: 66.67 % correct, 40 mispredictions. Since epoch 1, 40 images learned and 40 forgotten."
    )
    assert told["summary"] == (
        "40 of 120 test images were read correctly before the first step, 40 for the first time after epoch 1, "
        "40 in a later epoch. The bars count those of epochs 2 to 3."
    )
    assert told["bars"] == [[2, 40], [3, 0]]


def test_a_run_whose_predictions_begin_after_its_first_epoch_compares_from_there(store, run_id):
    """Earlier versions stored none of the time before the first step."""
    with store.writing() as connection:
        before = (schema.epochs.c.epoch == 0) & (schema.epochs.c.kind == PREDICTIONS)
        connection.execute(schema.epochs.delete().where(before))
    told = asked(f"news/{run_id}/epochs")
    assert [frame["when"] for frame in told["frames"]] == ["after epoch 1", "after epoch 2", "after epoch 3"]
    assert told["frames"][0]["sentence"] == "After epoch 1 of 3: 66.67 % correct, 40 mispredictions."
    assert told["summary"] == (
        "80 of 120 test images were first read correctly after epoch 1, 40 in a later epoch. "
        "The bars count those of epochs 2 to 3."
    )


def test_an_image_comes_with_what_was_read_in_it_and_the_most_confident_error_first(run_id):
    told = asked(f"news/{run_id}/epochs")
    group = told["frames"][1]["groups"]["misread"]
    probabilities = network(READS[0]).predict(BARS.test_images)
    strongest = max(range(120), key=lambda number: probabilities[number].max() if BARS.test_labels[number] == 2 else 0)
    first, *_ = group["tiles"]
    assert BARS.test_labels[first["image"]] == 2
    assert probabilities[first["image"]].max() == pytest.approx(probabilities[strongest].max(), abs=1 / 255)
    assert first["caption"] == "bar 2 read as bar 1"
    assert len(group["tiles"]) == 18
    assert group["about"].endswith("The first 18 of 40.")
    assert told["images"][str(first["image"])].startswith("data:image/png")


def test_who_has_the_first_epochs_gets_the_others_alone(run_id):
    assert [frame["step"] for frame in asked(f"news/{run_id}/epochs?after=1")["frames"]] == [2, 3]
    assert [frame["step"] for frame in asked(f"news/{run_id}/units?layer=0&units=1&after=2")["frames"]] == [3]


@pytest.mark.parametrize(
    ("state", "at_rest", "words"),
    [
        (State.FINISHED, True, "an earlier version trained it, or they made room for other runs. Train again with"),
        (State.ACTIVE, False, "of the epochs of run 1 are not stored"),
    ],
)
def test_a_run_of_an_earlier_version_says_that_nothing_is_stored_and_what_to_do(store, state, at_rest, words):
    run_id = add_run_with_network(store, state)
    told = asked(f"news/{run_id}/epochs")
    assert (told["frames"], told["atRest"]) == ([], at_rest)
    assert words in told["empty"]
    assert words in asked(f"news/{run_id}/units?layer=0&units=0,1")["empty"]


def test_units_have_the_weights_of_each_epoch_and_of_before_the_first_step(run_id):
    told = asked(f"news/{run_id}/units?layer=0&units=2,0")
    assert [frame["when"] for frame in told["frames"]] == [
        "before the first step",
        "after epoch 1",
        "after epoch 2",
        "after epoch 3",
    ]
    assert told["frames"][1]["sentence"] == "After epoch 1 of 3: 60.00 % of the test images are read correctly."
    (third, first) = told["frames"][1]["units"]
    assert (third["unit"], first["unit"]) == (2, 0)
    weights = network().layers[0].kernel[:, 2]
    assert [letter == "[" for letter in third["weights"]] == (weights > 0).tolist()
    assert third["scale"] == pytest.approx(0.1, rel=1e-3)


def test_units_of_the_last_layer_say_for_which_class_they_vote_in_that_epoch(run_id):
    """Without it, the logits of what it found are 0, so that it is read as bar 0: a third of the accuracy is lost."""
    told = asked(f"news/{run_id}/units?layer=0&units=2")
    lines = [frame["units"][0]["lines"] for frame in told["frames"]]
    assert [line[0].split(",")[0] for line in lines] == ["For bar 0", "For bar 1", "For bar 2", "For bar 2"]
    assert lines[3][2] == "Without it: −33.33 points"


@pytest.mark.parametrize("query", ["", "?layer=7&units=1", "?layer=x&units=a,b", "?layer=0&units=99999,-1"])
def test_layers_and_units_that_do_not_exist_are_left_out(run_id, query):
    frames = asked(f"news/{run_id}/units{query}")["frames"]
    assert all(frame["units"] == [] for frame in frames)


def test_damaged_predictions_are_left_out(store, run_id):
    with store.writing() as connection:
        wrong = EpochPredictions.of(2, network().predict(BARS.test_images[:7]))
        write_epochs(connection, run_id, [EndedEpoch(2, half_precision(network()), wrong)])
    assert [frame["step"] for frame in asked(f"news/{run_id}/epochs")["frames"]] == [0, 1]


def test_both_views_open_for_a_run_with_epochs(run_id):
    page = OpenPage("evaluate/page.py", run_id)
    page.app.query_params["view"] = "epochs"
    page.rerun()
    assert [it.value for it in page.app.header if it.value == "From epoch to epoch"]
    page = OpenPage("inside/page.py", run_id)
    page.app.query_params["view"] = "units"
    page.rerun()
    page.app.toggle(key="inside_unit_epochs").set_value(True)
    page.rerun()
    assert not page.app.info


def test_the_starter_and_imported_networks_say_that_they_have_no_epochs():
    page = OpenPage("evaluate/page.py")
    page.app.query_params["view"] = "epochs"
    page.rerun()
    assert "The starter network comes without the predictions of its epochs." in page.app.info[0].value


def newer(run_id, step):
    told = asked(f"news/{run_id}/newer?step={step}")
    return told["words"], told["button"], told["atRest"]


def test_a_page_that_shows_a_run_in_training_is_told_of_the_next_epoch(store):
    run_id = add_run_with_network(store, State.ACTIVE)
    assert newer(run_id, 2) == ("Run 1 is in training.", "", False)
    assert newer(run_id, 1) == ("Run 1 is in training: epoch 1 of 2 is there.", "Show its network", False)


def test_it_is_told_of_the_end_and_asks_no_more(store):
    run_id = add_run_with_network(store, State.FINISHED)
    assert newer(run_id, 2) == ("Run 1 has ended.", "Show its network", True)
    assert newer(run_id, 4) == ("Run 1 has ended.", "", True)
