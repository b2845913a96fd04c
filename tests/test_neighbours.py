"""The nearest images in the hidden layer are those that an exhaustive search finds."""

from __future__ import annotations

import numpy as np
import pytest

from mnist_core.data import load_dataset
from mnist_core.neighbours import HiddenOutputs
from mnist_core.network import Network

MANY = 10_000


@pytest.fixture(scope="module")
def outputs() -> HiddenOutputs:
    return HiddenOutputs.of(Network.load("starter"), load_dataset().train_images[:MANY])


@pytest.mark.parametrize("index", [0, 8, 247])
def test_they_are_the_nearest_of_all(outputs: HiddenOutputs, index: int) -> None:
    data, starter = load_dataset(), Network.load("starter")
    images = data.train_images[:MANY]
    found = outputs.nearest(starter, data.test_images[index], images, 5)
    hidden = starter.activations(images)[-2]
    distances = np.linalg.norm(hidden - starter.activations(data.test_images[index : index + 1])[-2], axis=1)
    assert list(found.indices) == list(np.argsort(distances)[:5])
    assert found.distances == pytest.approx(np.sort(distances)[:5], rel=1e-5)


def test_an_image_is_nearest_to_itself(outputs: HiddenOutputs) -> None:
    images = load_dataset().train_images[:MANY]
    found = outputs.nearest(Network.load("starter"), images[17], images, 1)
    assert found.indices[0] == 17
    assert found.distances[0] == pytest.approx(0, abs=1e-4)


def test_a_network_without_hidden_layers_compares_pixels() -> None:
    images = load_dataset().train_images[:500]
    linear = Network.from_weights([np.ones((784, 10)), np.zeros(10)], "relu")
    assert HiddenOutputs.of(linear, images).nearest(linear, images[3], images, 1).indices[0] == 3


def test_few_images_are_enough() -> None:
    images, starter = load_dataset().train_images[:3], Network.load("starter")
    assert len(HiddenOutputs.of(starter, images).nearest(starter, images[0], images, 5).indices) == 3
