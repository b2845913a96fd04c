"""The map on Inside without a browser: its points, what is said of them, a picture from elsewhere, images to open."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from mnist_core.embedding.layers import layer_outputs
from mnist_core.embedding.same_class import share_of_same_class
from mnist_core.embedding.sample import which_images
from mnist_core.evaluation.ended_epoch import EndedEpoch, EpochPredictions
from mnist_core.runs import AnalysisQueue, State
from mnist_core.runs.epoch_store import write_epochs
from mnist_core.text.words import percent
from pages.components.gallery.gallery import sheet_shape
from pages.inside.layer_map import layer_map as component
from pages.shared.network_picker import ChosenNetwork
from tests.support.convolution_by_hand import convolutional_network
from tests.support.route_client import get_route
from tests.support.runs_with_networks import BARS, add_run_with_network, network

INSIDE = "inside/page.py"
TWO_AS_NOUGHT = (0, 1, 0)


def shown(page) -> dict:
    """What the component of the map is told."""
    protos = [element.proto for element in page.app.get("bidi_component")]
    return next(json.loads(proto.json) for proto in protos if proto.component_name == "digits_layer_map")


@pytest.fixture
def open_map(open_page, store):
    def open_it(reads=(0, 1, 2)):
        page = open_page(INSIDE, add_run_with_network(store, State.FINISHED, reads))
        page.app.query_params["view"] = "map"
        page.rerun()
        return page

    return open_it


def test_each_layer_has_a_map_of_the_test_images_and_the_hidden_one_is_shown_first(open_map):
    page = open_map()
    told = shown(page)
    assert [frame["title"] for frame in told["frames"]] == ["Pixels", "Hidden layer", "Logits"]
    assert told["first"] == 1
    assert told["numbers"] == list(range(120))
    assert told["labels"] == BARS.test_labels.tolist()
    assert all(len(frame["points"]) == 240 for frame in told["frames"])
    assert "All 120 test images." in page.words


def test_the_share_of_neighbours_of_the_same_class_is_said_for_each_layer(open_map):
    outputs = layer_outputs(network(), BARS.test_images)
    shares = [percent(share_of_same_class(values, BARS.test_labels), 0) for values in outputs]
    words = open_map().words
    assert f"Pixels **{shares[0]}** → Hidden layer **{shares[1]}** → Logits **{shares[2]}**" in words


def test_images_that_are_read_wrongly_are_counted_and_those_among_another_class(open_map):
    assert shown(open_map())["frames"][0]["says"].startswith("All of these images are read correctly.")
    told = shown(open_map(TWO_AS_NOUGHT))
    assert told["frames"][0]["says"].startswith("40 images are misread (with a ring). ")
    assert [read for read, label in zip(told["frames"][0]["read"], told["labels"], strict=True) if label == 2] == [
        0
    ] * 40


def test_the_digit_from_draw_lies_where_the_same_test_image_lies(open_map, monkeypatch):
    assert "A drawing, or a picture followed from another page, gets a star on the maps of layers." in open_map().words
    monkeypatch.setattr("pages.inside.image_map.remembered_drawing", lambda: (BARS.test_images[5] / 255).astype("f4"))
    page = open_map()
    name = BARS.class_names[BARS.test_labels[5]]
    for frame in shown(page)["frames"]:
        assert np.allclose(frame["drawing"]["at"], frame["points"][10:12], atol=2)
        assert frame["drawing"]["says"].startswith(f"The picture, read as {name} with ")
    assert "The star is the last picture from another page." in page.words


def test_an_image_that_is_pressed_is_followed_through_the_network(open_map, monkeypatch):
    page = open_map()
    monkeypatch.setattr("pages.inside.image_map.layer_map", lambda *_, **__: 17)
    page.rerun()
    assert "Test image 17: " in page.words
    assert (page.app.query_params["view"], page.app.query_params["image"]) == ("digit", "17")


@pytest.mark.parametrize("sent", [None, -1, 120, 10**9, "3", [3], {}])
def test_only_an_image_of_the_map_can_be_opened(monkeypatch, sent):
    monkeypatch.setattr(component, "_component", lambda **_: type("Result", (), {"open": sent}))
    images = component.MappedImages("", np.arange(120), np.zeros(120, np.uint8), ["bar 0"])
    assert component.layer_map(images, [], 0, "", "", key="map") is None


def test_the_filters_of_a_convolutional_network_have_a_map(open_page, make_run, monkeypatch):
    monkeypatch.setattr(ChosenNetwork, "network", convolutional_network())
    monkeypatch.setattr("mnist_core.embedding.sample.LARGEST", 100)
    page = open_page(INSIDE, make_run(State.FINISHED))
    page.app.query_params["view"] = "map"
    page.rerun()
    assert [frame["title"] for frame in shown(page)["frames"]] == ["Pixels", "Filters", "Hidden layer", "Logits"]
    assert re.search("100 of the 10,000 test images, drawn at random", page.words)


def choose_maps(page, *, of=None, by=None):
    for key, option in (("inside_map_of", of), ("inside_map_by", by)):
        if option is not None:
            next(group for group in page.app.button_group if group.key == key).select(option)
    page.rerun()


def answer_request(store, name, **arrays):
    """Finish the analysis that waits, as a worker does."""
    queue = AnalysisQueue(store)
    job = queue.claim("a worker")
    assert job is not None
    assert (job.analysis, job.run_step) == (name, 4)
    queue.finish(job, arrays)


def in_square(positions):
    """Positions (n, 2) with the larger extent from -1000 to 1000, as the component is told them."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    return np.rint(2000 * (positions - (low + high) / 2) / (high - low).max()).ravel()


def assert_placed(page, positions):
    """Assert that each frame has its points at these positions (frames, n, 2)."""
    for frame, each in zip(shown(page)["frames"], positions, strict=True):
        assert np.abs(np.array(frame["points"]) - in_square(each)).max() <= 1


def test_maps_by_t_sne_are_asked_for_and_shown_when_a_worker_has_made_them(open_map, store, monkeypatch):
    drawing = (BARS.test_images[5] / 255).astype("f4")
    monkeypatch.setattr("pages.inside.image_map.remembered_drawing", lambda: drawing)
    page = open_map()
    by_pca = shown(page)["frames"]
    choose_maps(page, by="t-SNE")
    assert shown(page)["frames"] == by_pca
    page.press("Make the maps by t-SNE")
    positions = np.random.default_rng(0).normal(size=(3, 120, 2)).astype("f4")
    answer_request(store, "t-SNE maps", positions=positions)
    page.rerun()
    assert_placed(page, positions)
    for frame in shown(page)["frames"]:
        assert frame["says"].endswith("means little by t-SNE.")
        assert frame["drawing"] is None
    page.press("Place the picture")
    answer_request(store, "t-SNE places", places=positions[:, 7])
    page.rerun()
    assert [frame["drawing"]["at"] for frame in shown(page)["frames"]] == [
        frame["points"][14:16] for frame in shown(page)["frames"]
    ]


def test_maps_by_t_sne_of_another_number_of_images_can_be_made_again(open_map, store):
    """An earlier version of the app had fewer images on its maps."""
    page = open_map()
    choose_maps(page, by="t-SNE")
    page.press("Make the maps by t-SNE")
    positions = np.random.default_rng(0).normal(size=(3, 120, 2)).astype("f4")
    answer_request(store, "t-SNE maps", positions=positions[:, :100])
    page.rerun()
    page.press("Make the maps by t-SNE")
    answer_request(store, "t-SNE maps", positions=positions)
    page.rerun()
    assert_placed(page, positions)


def test_the_epochs_of_a_run_have_maps_of_a_layer_with_the_digit_from_draw(open_map, store, monkeypatch):
    page = open_map()
    assert "inside_map_of" not in [group.key for group in page.app.button_group]
    networks = {0: network((0, 0, 0)), 1: network((0, 1, 0)), 2: network()}
    with store.writing() as connection:
        read = {epoch: EpochPredictions.of(epoch, it.predict(BARS.test_images)) for epoch, it in networks.items()}
        ended = [EndedEpoch(epoch, it.to_bytes(), read[epoch]) for epoch, it in networks.items()]
        write_epochs(connection, 1, ended)
    page.rerun()
    choose_maps(page, of="Epochs")
    told = shown(page)
    assert [frame["title"] for frame in told["frames"]] == ["Before training", "Epoch 1", "Epoch 2"]
    assert told["first"] == 2
    wrong = [np.count_nonzero(np.array(frame["read"]) != BARS.test_labels) for frame in told["frames"]]
    assert wrong == [80, 40, 0]
    assert "Look at how the classes come apart from epoch to epoch." in page.words
    monkeypatch.setattr("pages.inside.image_map.remembered_drawing", lambda: (BARS.test_images[85] / 255).astype("f4"))
    page.rerun()
    for frame, digit in zip(shown(page)["frames"], ("bar 0", "bar 1", "bar 1"), strict=True):
        assert np.allclose(frame["drawing"]["at"], frame["points"][170:172], atol=2)
        assert frame["drawing"]["says"].startswith(f"The picture, read as {digit} with ")
    choose_maps(page, by="t-SNE")
    page.press("Make the maps by t-SNE")
    positions = np.random.default_rng(0).normal(size=(3, 120, 2)).astype("f4")
    answer_request(store, "t-SNE epochs", positions=positions)
    page.rerun()
    assert_placed(page, positions)


def test_a_link_leads_to_maps_of_epochs_or_by_t_sne_and_a_choice_is_in_the_address(open_map, store):
    page = open_map()
    with store.writing() as connection:
        read = {epoch: EpochPredictions.of(epoch, network().predict(BARS.test_images)) for epoch in (0, 1)}
        write_epochs(connection, 1, [EndedEpoch(epoch, network().to_bytes(), it) for epoch, it in read.items()])
    page.go_to(INSIDE, 1, view="map", maps="epochs", by="tsne")
    assert [frame["title"] for frame in shown(page)["frames"]] == ["Before training", "Epoch 1"]
    assert "Make the maps by t-SNE" in page.buttons
    choose_maps(page, of="Layers", by="PCA")
    assert [page.app.query_params[name] for name in ("view", "maps", "by")] == ["map", "layers", "pca"]
    assert len(shown(page)["frames"]) == 3
    page.go_to(INSIDE, 1, view="map", maps="<b>", by="")
    assert len(shown(page)["frames"]) == 3, "nonsense changes nothing"
    next(group for group in page.app.button_group if group.key == "inside_view").select("Units")
    page.rerun()
    assert page.app.query_params == {"run": "1", "view": "units"}, "choices of a view go with it"


def test_the_images_of_a_map_are_one_picture_in_the_order_of_its_points(open_map):
    told = shown(open_map())
    answer = get_route(told["sprite"])
    picture = np.asarray(Image.open(io.BytesIO(answer.body)))
    across, _ = sheet_shape(120)
    assert told["across"] == across
    row, column = divmod(77, across)
    tile = picture[28 * row : 28 * row + 28, 28 * column : 28 * column + 28]
    assert np.array_equal(tile, BARS.test_images[which_images(BARS.test_labels, 120)[77]])


@pytest.mark.parametrize("address", ["files/maps/nonsense/2000", "files/maps/" + "0" * 64 + "/5"])
def test_there_is_no_picture_of_an_unknown_dataset(store, address):
    assert get_route(address).status == 404
