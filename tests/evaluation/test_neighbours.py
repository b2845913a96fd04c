"""The nearest images in the hidden layer are those that a full search finds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.data import load_dataset
from mnist_core.evaluation.neighbours import HiddenOutputs
from mnist_core.network import Network

MANY = 9_000
"""More than are taken at a time, and no multiple of that."""
IMAGES, OTHERS = load_dataset().train_images[:MANY], load_dataset().test_images


def network(*units: int, activation: str = "relu", size: float = 1.0) -> Network:
    """A network with hidden layers of so many units, whose outputs are about so large."""
    random = np.random.default_rng(0)
    weights = []
    for inputs, outputs in pairwise([784, *units, 10]):
        weights += [random.normal(0, size / np.sqrt(inputs), (inputs, outputs)), random.normal(0, 0.1, outputs)]
    return Network.from_weights(weights, activation)


NETWORKS = {
    "the starter": Network.load("starter"),
    "three layers, each narrower": network(40, 30, 20),
    "outputs between -1 and 1": network(32, activation="tanh"),
    "large outputs": network(32, size=1000),
    "small outputs": network(32, size=0.001),
    "no hidden layer": network(),
}


@pytest.fixture(scope="module", params=NETWORKS)
def searched(request: pytest.FixtureRequest) -> tuple[Network, HiddenOutputs, NDArray[np.float64]]:
    """A network, what it keeps of many images, and the outputs of its last hidden layer, unrounded."""
    network = NETWORKS[request.param]
    return network, HiddenOutputs.of(network, IMAGES), last_hidden(network, IMAGES)


def last_hidden(network: Network, images: NDArray) -> NDArray[np.float64]:
    layers = network.activations(images)
    return (layers[-2] if len(layers) > 1 else images.reshape(len(images), -1) / 255).astype(np.float64)


@pytest.mark.slow
@pytest.mark.parametrize("index", [0, 8, 247, 1000])
def test_they_are_the_nearest_of_all(searched: tuple[Network, HiddenOutputs, NDArray], index: int) -> None:
    network, outputs, hidden = searched
    found = outputs.nearest(network, OTHERS[index], IMAGES, 12)
    distances = np.linalg.norm(hidden - last_hidden(network, OTHERS[index : index + 1]), axis=1)
    assert found.distances == pytest.approx(np.sort(distances)[:12], rel=1e-4)
    assert distances[found.indices] == pytest.approx(np.sort(distances)[:12], rel=1e-4)


@pytest.mark.parametrize("index", [0, 17, 4000, MANY - 1])
def test_an_image_is_nearest_to_itself(searched: tuple[Network, HiddenOutputs, NDArray], index: int) -> None:
    network, outputs, hidden = searched
    found = outputs.nearest(network, IMAGES[index], IMAGES, 1)
    assert found.indices.tolist() == [index]
    assert found.distances[0] <= 1e-4 * np.linalg.norm(hidden[index])


def test_few_images_are_enough() -> None:
    starter = Network.load("starter")
    assert len(HiddenOutputs.of(starter, IMAGES[:3]).nearest(starter, IMAGES[0], IMAGES[:3], 5).indices) == 3


def test_images_that_a_network_sees_as_nothing_at_all_are_found() -> None:
    dead = Network.from_weights([np.zeros((784, 8)), -np.ones(8), np.zeros((8, 10)), np.zeros(10)], "relu")
    found = HiddenOutputs.of(dead, IMAGES[:100]).nearest(dead, IMAGES[0], IMAGES[:100], 5)
    assert found.distances.tolist() == [0] * 5
