"""The smallest flip is read as the class that was asked for, and is as small as it can be where that is known."""

from __future__ import annotations

import numpy as np
import pytest

from mnist_core.data import load_dataset
from mnist_core.evaluation.smallest_flip import smallest_flip
from mnist_core.model.numpy_network import Network
from tests.support.convolution_by_hand import convolutional_network

IMAGE = load_dataset().test_images[8]


@pytest.mark.parametrize("network", [Network.load("starter"), convolutional_network()], ids=["dense", "convolutional"])
def test_the_changed_image_is_read_as_the_class_that_was_asked_for(network):
    for to in np.argsort(-network.predict(IMAGE[None])[0])[1:5].tolist():
        found = smallest_flip(network, IMAGE, to)
        assert found is not None
        assert network.predict(found.image[None])[0].argmax() == to
        assert 0 <= found.image.min() <= found.image.max() <= 1
        assert found.largest_change == pytest.approx(np.abs(found.image - IMAGE / 255).max(), abs=1e-6)


def test_of_a_linear_network_it_is_the_shortest_way_to_the_border():
    random = np.random.default_rng(0)
    kernel = random.normal(0, 0.01, (784, 2)).astype(np.float32)
    network = Network.from_weights([kernel, np.array([1.0, 0.0])], "relu")
    image = np.full((28, 28), 0.5, np.float32)
    gap = float(np.subtract(*network.activations(image[None])[0][0]))
    found = smallest_flip(network, image, 1)
    assert found is not None
    shortest = gap / np.linalg.norm(kernel[:, 0] - kernel[:, 1])
    assert np.linalg.norm(found.image - image) == pytest.approx(1.02 * shortest, rel=1e-3)


def test_pixels_that_are_black_or_white_already_cannot_go_further():
    """Of three pixels, a black one should lose ink and a white one gain some: the grey one has to do it alone."""
    kernel = np.zeros((784, 2))
    kernel[:3, 1] = (-2.0, 2.0, 1.0)
    network = Network.from_weights([kernel, np.array([2.5, 0.0])], "relu")
    image = np.zeros((28, 28), np.float32)
    image[0, 1:3] = (1.0, 0.2)
    found = smallest_flip(network, image, 1)
    assert found is not None
    changed = found.image - image
    assert changed[0, 2] == pytest.approx(1.02 * 0.3, abs=1e-4), "2 + 0.2 of 2.5"
    assert np.count_nonzero(changed) == 1


@pytest.mark.parametrize("scaling", ["l2_image", "standardised_image"])
def test_with_pixels_scaled_by_the_image_it_ends_just_beyond_the_border(scaling):
    starter = Network.load("starter")
    network = Network.from_weights(starter.weights, starter.activation, scaling)
    before = network.activations(IMAGE[None])[-1][0]
    second, first = np.argsort(before)[-2:].tolist()
    found = smallest_flip(network, IMAGE, second)
    assert found is not None
    after = network.activations(found.image[None])[-1][0]
    assert 0 < after[second] - after[first] < 0.2 * (before[first] - before[second])


def test_a_network_whose_answer_never_changes_cannot_be_flipped():
    network = Network.from_weights([np.zeros((784, 2)), np.array([1.0, 0.0])], "relu")
    assert smallest_flip(network, IMAGE, 1) is None
