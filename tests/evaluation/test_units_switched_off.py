"""The accuracy lost without each unit equals that of a network whose unit has no outgoing weights."""

from __future__ import annotations

import numpy as np
import pytest

from mnist_core.evaluation import units_switched_off
from mnist_core.evaluation.hidden_units import hidden_units
from mnist_core.evaluation.units_switched_off import accuracies_lost, images_within_budget
from mnist_core.network import Network
from tests.support.random_networks import deep_network
from tests.support.runs_with_networks import BARS

IMAGES, LABELS = BARS.test_images, BARS.test_labels


def without(network: Network, layer: int, unit: int) -> Network:
    weights = [array.copy() for array in network.weights]
    weights[2 * (layer + 1)][unit] = 0
    return Network.from_weights(weights, network.activation)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_it_is_that_of_the_network_without_the_units_weights(activation, layer):
    network = deep_network(activation)

    def accuracy(network: Network) -> float:
        return float((network.predict(IMAGES).argmax(axis=1) == LABELS).mean())

    expected = [accuracy(network) - accuracy(without(network, layer, unit)) for unit in range(7 - layer)]
    assert len(set(expected)) > 1
    np.testing.assert_allclose(list(accuracies_lost(network, layer, IMAGES, LABELS)), expected, atol=1e-12)


def test_in_the_last_layer_it_is_what_the_web_process_works_out():
    network = deep_network("relu")
    found = hidden_units(network, IMAGES, LABELS, 2)
    np.testing.assert_array_equal(list(accuracies_lost(network, 2, IMAGES, LABELS)), found.lost)


def test_large_networks_read_fewer_images_but_never_too_few():
    small, large = deep_network("relu", (16, 16)), deep_network("relu", (2048, 512))
    assert len(images_within_budget(small, 0, 10_000)) == 10_000
    few = images_within_budget(large, 0, 10_000)
    assert 400 <= len(few) < 10_000
    assert few[0] == 0
    assert few[-1] > 9_900


def test_however_large_a_network_is_it_reads_500_images(monkeypatch):
    monkeypatch.setattr(units_switched_off, "BUDGET_SECONDS", 1e-9)
    assert len(images_within_budget(deep_network("relu", (16, 16)), 0, 10_000)) == 500
