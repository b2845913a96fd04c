"""What pixels and biases are said to add is what the network's logits really differ by."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mnist_core import charts
from mnist_core.attribution import GRADIENT_TIMES_INPUT, INTEGRATED_GRADIENTS, TOLERANCE, attribute
from mnist_core.data import load_dataset
from mnist_core.network import Network

IMAGES = range(5)


def network(activation: str, hidden_layers: int) -> Network:
    random = np.random.default_rng(0)
    sizes = [784, *[32] * hidden_layers, 10]
    weights = []
    for inputs, units in pairwise(sizes):
        weights += [random.normal(0, 1.5 / np.sqrt(inputs), (inputs, units)), random.normal(0, 0.3, units)]
    return Network.from_weights(weights, activation)


@pytest.mark.parametrize("index", IMAGES)
def test_pixels_and_biases_of_a_relu_network_sum_to_the_difference_of_the_logits(index: int) -> None:
    starter, image = Network.load("starter"), load_dataset().test_images[index]
    logits = starter.activations(image[None])[-1][0]
    first, second = np.argsort(-logits)[:2]
    attribution = attribute(starter, image, int(first), int(second))
    assert attribution.method == GRADIENT_TIMES_INPUT
    assert attribution.pixels.sum() + attribution.remainder == pytest.approx(logits[first] - logits[second], abs=1e-4)


@pytest.mark.parametrize("layers", [0, 1, 3])
def test_it_is_exact_for_any_number_of_relu_layers(layers: int) -> None:
    attribution = attribute(network("relu", layers), load_dataset().test_images[0], 7, 9)
    assert attribution.error < 1e-9


def test_a_contribution_is_what_the_logits_lose_without_the_pixel() -> None:
    """Within the linear region: a change so small that no unit switches."""
    starter, image = Network.load("starter"), load_dataset().test_images[0].astype(np.float32) / 255
    attribution = attribute(starter, image, 7, 3)
    row, column = np.unravel_index(np.abs(attribution.pixels).argmax(), (28, 28))
    fainter = image.copy()
    fainter[row, column] *= 0.99
    changed = attribute(starter, fainter, 7, 3)
    assert attribution.difference - changed.difference == pytest.approx(attribution.pixels[row, column] / 100, rel=0.01)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "elu"])
@pytest.mark.parametrize("layers", [1, 3])
def test_integrated_gradients_are_complete(activation: str, layers: int) -> None:
    attribution = attribute(network(activation, layers), load_dataset().test_images[0], 7, 9)
    assert attribution.method == INTEGRATED_GRADIENTS
    explained = abs(attribution.difference - attribution.remainder)
    assert attribution.error <= TOLERANCE * explained


def test_black_pixels_say_nothing() -> None:
    image = load_dataset().test_images[0]
    assert not attribute(Network.load("starter"), image, 7, 9).pixels[image == 0].any()


def test_the_chart_says_in_words_what_it_shows() -> None:
    image = load_dataset().test_images[0] / 255
    attribution = attribute(Network.load("starter"), image, 7, 3)
    summary = charts.attribution_heatmap(attribution, image, "7", "3").summary
    assert f"Together +{attribution.difference:.1f}" in summary
    assert "speaks for 7 lies mostly in the" in summary
