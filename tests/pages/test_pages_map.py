"""The map on Inside without a browser: its points, what is said of them, the digit from Draw, images to open."""

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
from mnist_core.runs import State
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
    assert told["frames"][0]["says"].startswith("40 images are read wrongly (with a ring). ")
    assert [read for read, label in zip(told["frames"][0]["read"], told["labels"], strict=True) if label == 2] == [
        0
    ] * 40


def test_the_digit_from_draw_lies_where_the_same_test_image_lies(open_map, monkeypatch):
    assert "A digit that Draw reads gets a star here." in open_map().words
    monkeypatch.setattr("pages.inside.image_map.remembered_drawing", lambda: (BARS.test_images[5] / 255).astype("f4"))
    page = open_map()
    name = BARS.class_names[BARS.test_labels[5]]
    for frame in shown(page)["frames"]:
        assert np.allclose(frame["drawing"]["at"], frame["points"][10:12], atol=2)
        assert frame["drawing"]["says"].startswith(f"The digit from Draw, read as {name} with ")
    assert "The star is the digit that Draw read last." in page.words


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
