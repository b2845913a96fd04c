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


def test_a_network_whose_answer_never_changes_cannot_be_flipped():
    network = Network.from_weights([np.zeros((784, 2)), np.array([1.0, 0.0])], "relu")
    assert smallest_flip(network, IMAGE, 1) is None
