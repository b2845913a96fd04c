"""What is lost without a unit is what surgery on it really loses, and its images are those with the largest outputs."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from mnist_core.data import load_dataset
from mnist_core.evaluation.hidden_units import hidden_units, rows_of_largest
from mnist_core.evaluation.quick_test import quick_sample
from mnist_core.model.numpy_network import Network
from mnist_core.model.surgery import with_units

STARTER = Network.load("starter")
IMAGES, LABELS = load_dataset().test_images[:500], load_dataset().test_labels[:500]


def test_the_accuracy_lost_without_a_unit_is_that_of_the_network_without_it():
    found = hidden_units(STARTER, IMAGES, LABELS, 0)
    assert found.lost is not None
    before = (STARTER.predict(IMAGES).argmax(axis=1) == LABELS).mean()
    for unit in [*found.order[:3], *found.order[-2:]]:
        without = with_units(STARTER, 0, set(range(256)) - {int(unit)})
        after = (without.predict(IMAGES).argmax(axis=1) == LABELS).mean()
        assert found.lost[unit] == pytest.approx(before - after, abs=1e-9)
    assert found.lost[found.order[0]] == found.lost.max()


def test_the_images_of_a_unit_are_those_with_its_largest_outputs_and_it_fires_above_0():
    outputs = STARTER.activations(IMAGES)[0]
    found = hidden_units(STARTER, IMAGES, LABELS, 0)
    for unit in (0, 100):
        assert outputs[found.excited_by[unit], unit].tolist() == sorted(outputs[:, unit], reverse=True)[:3]
        assert found.fires[unit] == pytest.approx((outputs[:, unit] > 0).mean())


def test_outputs_below_0_count_as_well():
    """A unit that is always below 0 is needed as much as one above."""
    kernel, last = np.zeros((784, 2)), np.array([[-1.0, 1.0], [0.0, 0.0]])
    network = Network.from_weights([kernel, np.array([-1.0, 1.0]), last, np.array([0.0, 0.5])], "tanh")
    found = hidden_units(network, IMAGES[:10], np.zeros(10, int), 0)
    assert found.lost is not None
    assert found.lost.tolist() == [1.0, 0.0], "0.76 against 0.5 − 0.76, and without it 0 against 0.5"


def test_of_a_sample_the_images_are_told_by_their_numbers(monkeypatch):
    budget = 100.0 * sum(kernel.size for kernel in STARTER.kernels)
    monkeypatch.setattr("mnist_core.evaluation.hidden_units.quick_sample", partial(quick_sample, budget=budget))
    found = hidden_units(STARTER, IMAGES, LABELS, 0)
    outputs = STARTER.activations(IMAGES[::5])[0]
    assert found.images == 100
    for unit in (0, 100):
        shown = STARTER.activations(IMAGES[found.excited_by[unit]])[0][:, unit]
        assert shown.tolist() == pytest.approx(sorted(outputs[:, unit], reverse=True)[:3], abs=1e-5)


def test_units_before_the_last_hidden_layer_are_sorted_by_how_far_they_move_the_next_one():
    random = np.random.default_rng(0)
    sizes = ((784, 12), (12, 8), (8, 10))
    weights = [array for a, b in sizes for array in (random.normal(0, 0.3, (a, b)), random.normal(0, 0.3, b))]
    network = Network.from_weights(weights, "tanh")
    found = hidden_units(network, IMAGES, LABELS, 0)
    assert found.lost is None
    moved = network.activations(IMAGES)[0].std(axis=0) * np.linalg.norm(network.kernels[1], axis=1)
    assert found.order.tolist() == np.argsort(-moved, kind="stable").tolist()


@pytest.mark.parametrize("values", [[[-1.0], [-3.0], [-2.0], [-4.0]], [[0.0], [2.0], [2.0], [0.0]], [[1.0], [0.0]]])
def test_the_rows_of_the_largest_values_are_those_of_a_stable_sort(values):
    rows = rows_of_largest(np.array(values), 3)
    assert rows[:, 0].tolist() == sorted(range(len(values)), key=lambda row: -values[row][0])[:3]
