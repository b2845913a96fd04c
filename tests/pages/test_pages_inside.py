"""The Inside page without a browser: which digit is followed, what is said of it, and links that lead to it."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from mnist_core.model.surgery import with_pruned_weights
from mnist_core.network import Network
from mnist_core.runs import AnalysisQueue, DatasetStore, State
from mnist_core.text.words import percent
from mnist_core.workers.analysis_turns import AnalysisTurns
from pages.shared.network_picker import ChosenNetwork
from tests.support.convolution_by_hand import convolutional_network
from tests.support.random_networks import deep_network
from tests.support.runs_with_networks import BARS, add_run_with_network, network
from tests.support.visits import ME

INSIDE, DRAW = "inside/page.py", "draw/page.py"
TWO_AS_NOUGHT = (0, 1, 0)
LINK = "Follow it through the network"


def links(app) -> list[str]:
    protos = [element.proto for element in app.get("page_link")]
    return [proto.query_string for proto in protos if proto.label == LINK]


def steps(page) -> str:
    return next(element.proto.body for element in page.app.get("html") if "inside-steps" in element.proto.body)


def test_the_most_confident_misprediction_is_followed_first(open_page, store):
    run = add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT)
    page = open_page(INSIDE, run)
    read = network(TWO_AS_NOUGHT).predict(BARS.test_images)
    wrong = np.flatnonzero(BARS.test_labels == 2)
    first = int(wrong[read[wrong, 0].argmax()])
    assert f"Test image {first}: a bar 2, misread as **bar 0** with" in page.words
    assert "image" not in page.app.query_params, "nothing that nobody has chosen"
    titles = ["1. Pixels", "2. 784 numbers", "3. Weighted sums", "4. Activations", "5. Logits", "6. Probabilities"]
    assert all(title in steps(page) for title in titles)


def test_an_address_asks_for_a_test_image_and_the_field_for_another(open_page, store):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED))
    page.app.query_params["image"] = "7"
    page.rerun()
    assert "Test image 7: " in page.words
    page.type("Number", 9)
    assert "Test image 9: " in page.words
    assert page.app.query_params["image"] == "9"


def test_an_address_asks_for_a_training_image(open_page, store):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED))
    page.app.query_params["image"] = "training-5"
    page.rerun()
    name = BARS.class_names[BARS.train_labels[5]]
    assert f"Training image 5: a {name}, " in page.words
    page.type("Number", 6)
    assert "Training image 6: " in page.words
    assert page.app.query_params["image"] == "training-6"


def test_each_panel_of_one_digit_has_a_question_mark(open_page, store):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED))
    assert len(page.app.header) == 3
    assert all(header.proto.help for header in page.app.header)
    assert next(it for it in page.app.markdown if "Follow it from left" in it.value).proto.help.count("Source: ") == 1


def test_an_address_of_an_image_without_a_run_is_of_the_starter_network(open_page, store):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED))
    page.go_to(INSIDE, image="7")
    assert "Test image 7: a 9, " in page.words
    assert page.app.query_params == {"image": "7"}


@pytest.mark.parametrize("bad", ["", "-1", "1e3", "999999999999", "drawing", "training-", "training-x", "<b>"])
def test_a_bad_address_still_shows_a_digit(open_page, store, bad):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED))
    page.app.query_params["image"] = bad
    page.rerun()
    assert "Follow it from left to right." in page.words


def test_the_votes_are_said_in_words(open_page, store):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED))
    assert "Who voted for bar" in "".join(header.value for header in page.app.header)
    assert "the logit of bar" in page.words
    assert "inside_votes" in page.plots


def test_one_sum_is_unfolded_in_words(open_page, store):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED))
    assert "and the bias adds +0.00. Together" in page.words
    assert ", of which relu makes " in page.words


def test_a_temperature_changes_the_probabilities_only(open_page, store):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED))
    before = steps(page)
    page.app.select_slider(key="inside_temperature").set_value(10.0)
    page.rerun()
    assert "p = softmax(z / 10)" in steps(page)
    assert steps(page).split("6. ")[0] == before.split("6. ")[0]


def test_the_steps_of_a_convolutional_network_begin_with_its_filters_and_maps(open_page, make_run, monkeypatch):
    monkeypatch.setattr(ChosenNetwork, "network", convolutional_network())
    shown = steps(open_page(INSIDE, make_run(State.FINISHED)))
    for title in ("3. Filters", "4. Maps 1", "5. Maps 2", "6. Weighted sums"):
        assert title in shown
    assert "8 maps of 13 × 13: what each of 8 filters finds in the image." in shown
    assert "16 maps of 5 × 5: what each of 16 filters finds in all 8 maps." in shown


def test_a_run_that_diverged_gets_a_sentence(open_page, store, monkeypatch):
    run = add_run_with_network(store, State.FINISHED)
    monkeypatch.setattr(ChosenNetwork, "test_probabilities", np.full((120, 3), np.nan, np.float32))
    assert "Some weights of this network are not finite numbers" in open_page(INSIDE, run).words


def test_a_test_image_read_on_draw_leads_to_its_steps(open_page, store):
    run = add_run_with_network(store, State.FINISHED)
    page = open_page(DRAW, run)
    next(group for group in page.app.button_group if group.key == "draw_source").select("A test image")
    page.rerun()
    (query,) = links(page.app)
    assert f"run={run}" in query
    assert "image=drawing" in query
    page.go_to(INSIDE, run)
    page.app.query_params["image"] = "drawing"
    page.rerun()
    assert "The picture, read as **" in page.words


def test_the_smallest_change_that_flips_the_answer_is_said_and_shown(open_page, store):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED))
    assert "confidence instead of bar 0. Look for the difference." in page.words
    assert any("inside-flip" in element.proto.body for element in page.app.get("html"))
    page.choose("Make it read", "bar 1")
    assert "reads **bar 1** with" in page.words


def test_the_way_to_another_digit_says_where_the_answer_changes(open_page, store):
    run = add_run_with_network(store, State.FINISHED)
    page = open_page(INSIDE, run)
    page.app.query_params["image"] = str(np.flatnonzero(BARS.test_labels == 0)[0])
    page.rerun()
    page.choose("Make it read", "bar 1")
    assert re.search(
        r"\*\*Morphed into test image \d+, a bar 1\*\*: the answer changes to \*\*bar 1\*\* after \d+ %", page.words
    )
    assert sum("inside-morph" in element.proto.body for element in page.app.get("html")) == 1


def test_there_is_no_way_to_a_class_of_which_no_image_is_read_correctly(open_page, store):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT))
    page.choose("Make it read", "bar 2")
    assert "Morphed" not in page.words


# -- surgery ------------------------------------------------------------------------------------


def surgery(open_page, run):
    page = open_page(INSIDE, run)
    page.app.query_params["view"] = "surgery"
    page.rerun()
    return page


def operate(page, name):
    next(group for group in page.app.button_group if group.key == "inside_operation").select(name)
    page.rerun()


def test_without_most_of_its_weights_a_network_reads_what_a_test_says(open_page, store):
    page = surgery(open_page, add_run_with_network(store, State.FINISHED))
    page.app.slider[0].set_value(99)
    page.rerun()
    pruned = with_pruned_weights(network(), 0.99)
    accuracy = (pruned.predict(BARS.test_images).argmax(axis=1) == BARS.test_labels).mean()
    assert page.metrics["Test accuracy"] == f"100.00 % → {percent(accuracy)}"
    assert page.metrics["No longer read correctly"] == str(round(120 * (1 - accuracy)))
    assert "inside_confusions" in page.plots


def test_a_network_with_a_single_unit_left_reads_one_class_only(open_page, store):
    page = surgery(open_page, add_run_with_network(store, State.FINISHED))
    operate(page, "Keep the best units")
    page.app.slider[0].set_value(3)
    page.rerun()
    assert page.metrics["Test accuracy"] == "100.00 % → 100.00 %"
    page.app.slider[0].set_value(1)
    page.rerun()
    assert page.metrics["Test accuracy"] != "100.00 % → 100.00 %"


def test_the_view_is_in_the_address(open_page, store):
    page = surgery(open_page, add_run_with_network(store, State.FINISHED))
    assert page.app.query_params["view"] == "surgery"
    next(group for group in page.app.button_group if group.key == "inside_view").select("One digit")
    page.rerun()
    assert page.app.query_params["view"] == "digit"
    assert "Follow it from left to right." in page.words


def test_each_page_remembers_its_own_view(open_page, store):
    run = add_run_with_network(store, State.FINISHED)
    page = surgery(open_page, run)
    page.go_to("evaluate/page.py", run)
    assert "view" not in page.app.query_params
    page.go_to(INSIDE, run)
    assert page.app.query_params["view"] == "surgery"
    assert "No longer read correctly" in page.metrics


def test_the_result_is_kept_as_a_run_that_names_its_parent_and_opens_on_draw(open_page, store):
    run = add_run_with_network(store, State.FINISHED)
    page = surgery(open_page, run)
    page.press("Keep it as a run, and draw against it")
    kept = store.runs(ME)[0]
    assert kept.id != run
    assert kept.imported == f"run {run}, 80 % of the weights set to 0"
    assert kept.import_notes == (f"It was made from run {run}: 80 % of the weights set to 0.",)
    assert kept.status == "Imported"
    pruned = with_pruned_weights(network(), 0.8)
    for ours, theirs in zip(Network.from_bytes(store.network_bytes(kept.id)).weights, pruned.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert [title.value for title in page.app.title] == ["Draw"]


# -- units --------------------------------------------------------------------------------------


def units(page) -> str:
    page.app.query_params["view"] = "units"
    page.rerun()
    protos = [element.proto for element in page.app.get("bidi_component")]
    return next(json.loads(it.json)["html"] for it in protos if it.component_name == "digits_gallery_buttons")


def test_each_unit_says_for_which_class_it_votes_and_what_is_lost_without_it(open_page, store):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED))
    gallery = units(page)
    assert all(f"<b>Unit {unit}</b>For bar {unit}, against bar " in gallery for unit in range(3))
    assert "the most of all 3 units (120 test images). None of them can be switched off" in page.words
    assert "points" in gallery


def test_an_image_that_excites_a_unit_is_followed_through_the_network(open_page, store, monkeypatch):
    page = open_page(INSIDE, add_run_with_network(store, State.FINISHED))
    shown = re.findall(r'data-number="(\d+)" aria-label="Unit \d: test image (\d+), bar (\d)', units(page))
    assert len(shown) == 9
    for number, said, name in shown:
        assert number == said
        assert BARS.test_labels[int(number)] == int(name)
    pressed = int(shown[4][0])
    monkeypatch.setattr("pages.inside.units.press_in", lambda _html, numbers, **_: numbers[numbers.index(pressed)])
    page.rerun()
    assert f"Test image {pressed}: " in page.words
    assert (page.app.query_params["view"], page.app.query_params["image"]) == ("digit", str(pressed))


@pytest.fixture
def first_of_two_layers(open_page, store):
    """The units of the first layer of a network with two; it has three units, of which a worker switches off each."""
    page = open_page(
        INSIDE, add_run_with_network(store, State.FINISHED, trained=deep_network("tanh", (3, 5), spread=0.1))
    )
    page.app.query_params["view"] = "units"
    page.rerun()
    next(group for group in page.app.button_group if group.label == "Hidden layer").select(1)
    page.rerun()
    return page


def to_the_end(store):
    turns = AnalysisTurns(store, "a worker", DatasetStore(store).load)
    while turns.advance(lambda: False):
        turns.end_rest()


def test_what_is_lost_without_a_unit_of_an_earlier_layer_is_computed_by_a_worker(first_of_two_layers, store):
    page, queue = first_of_two_layers, AnalysisQueue(store)
    assert "the most influential first" in page.words
    page.press("Switch off each unit")
    assert page.progress_texts == ["Waits for a worker …"]
    assert "No worker is running at the moment" in page.words
    assert "Switch off each unit" not in page.buttons
    job = queue.claim("a worker")
    assert job is not None
    queue.report(job, 0.375, "Switching off each of 3 units")
    page.rerun()
    assert page.progress_texts == ["Switching off each of 3 units … 38 %"]
    queue.put_back(job)
    to_the_end(store)
    page.rerun()
    assert "the most influential first" not in page.words
    assert units(page).count("Without it: ") == 3
    assert "For bar" not in units(page), "only the last layer votes for classes"
    assert not {"Switch off each unit", "Compute again", "Try again"} & page.buttons


def test_an_analysis_that_failed_says_why_and_can_be_tried_again(first_of_two_layers, store):
    page, queue = first_of_two_layers, AnalysisQueue(store)
    page.press("Switch off each unit")
    job = queue.claim("a worker")
    assert job is not None
    queue.fail(job, "There is not enough memory for this.")
    page.rerun()
    assert [box.value for box in page.app.error] == ["There is not enough memory for this."]
    page.press("Try again")
    assert not page.app.error
    assert page.progress_texts == ["Waits for a worker …"]


# -- any number of layers -----------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(), (12, 5, 8)], ids=["no hidden layer", "three"])
@pytest.mark.parametrize("view", ["digit", "units", "surgery"])
def test_all_views_show_networks_with_any_number_of_hidden_layers(open_page, store, monkeypatch, sizes, view):
    deep = deep_network("tanh", sizes, spread=0.1)
    run = add_run_with_network(store, State.FINISHED)
    monkeypatch.setattr(ChosenNetwork, "network", deep)
    monkeypatch.setattr(ChosenNetwork, "test_probabilities", deep.predict(BARS.test_images))
    page = open_page(INSIDE, run)
    page.app.query_params["view"] = view
    page.rerun()
    layers: list[str] = next((group.options for group in page.app.button_group if "ayer" in group.label), [])
    if view == "units":
        assert len(layers) == len(sizes)
        assert ("no hidden layer" in page.words) is (not sizes)
    elif view == "digit":
        assert ("Activations 3" in steps(page)) is bool(sizes)
        assert ("has no hidden layer" in page.words) is (not sizes)
    else:
        operations = next(group for group in page.app.button_group if group.key == "inside_operation")
        assert len(operations.options) == 3 + bool(sizes), "units can be kept where there are some"
