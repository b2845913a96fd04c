"""What pixels and biases are said to add is what the network's logits really differ by."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.charts.attribution_map import attribution_heatmap
from mnist_core.data import load_dataset
from mnist_core.evaluation.attribution import GRADIENT_TIMES_INPUT, INTEGRATED_GRADIENTS, attribute
from mnist_core.model.numpy_network import Network
from tests.support.convolution_by_hand import convolutional_network, features_by_hand

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


def difference(network: Network, image: NDArray, one: int, other: int) -> float:
    """By how much the network prefers one class to another, in float64."""
    values = image.reshape(784).astype(np.float64)
    if network.convolutions:
        values = features_by_hand(network, image.reshape(28, 28))
    for kernel, bias, activation in network.layers:
        values = values @ kernel + bias
        if activation in ("relu", "tanh"):
            values = np.maximum(values, 0) if activation == "relu" else np.tanh(values)
    return float(values[one] - values[other])


def slopes(network: Network, image: NDArray, places: list[int]) -> NDArray:
    """How the preference of 7 over 3 changes with single pixels, by central differences."""
    found = []
    for place in places:
        more, less = (image.reshape(784).astype(np.float64) + sign * 1e-6 * np.eye(784)[place] for sign in (1, -1))
        found.append((difference(network, more, 7, 3) - difference(network, less, 7, 3)) / 2e-6)
    return np.array(found)


@pytest.mark.parametrize("layers", [0, 1, 3])
def test_a_pixel_adds_its_value_times_the_slope_that_finite_differences_find(layers: int) -> None:
    image = load_dataset().test_images[0] / 255
    places = np.flatnonzero(image)[::7].tolist()
    relu = network("relu", layers)
    expected = slopes(relu, image, places) * image.reshape(784)[places]
    assert attribute(relu, image, 7, 3).pixels.reshape(784)[places] == pytest.approx(expected, rel=1e-4, abs=1e-7)


def test_with_convolutional_layers_it_is_exact_too() -> None:
    image = load_dataset().test_images[0] / 255
    places = np.flatnonzero(image)[::23].tolist()
    network = convolutional_network()
    found = attribute(network, image, 7, 3)
    expected = slopes(network, image, places) * image.reshape(784)[places]
    assert found.method == GRADIENT_TIMES_INPUT
    assert found.pixels.reshape(784)[places] == pytest.approx(expected, rel=1e-4, abs=1e-7)
    assert found.difference == pytest.approx(difference(network, image, 7, 3), abs=1e-6)
    assert found.error < 1e-9


def test_integrated_gradients_are_the_mean_slope_on_the_way_from_black() -> None:
    image = load_dataset().test_images[0] / 255
    places = np.flatnonzero(image)[::23].tolist()
    curved = network("tanh", 2)
    way = [slopes(curved, share * image, places) for share in (np.arange(256) + 0.5) / 256]
    expected = np.mean(way, axis=0) * image.reshape(784)[places]
    found = attribute(curved, image, 7, 3)
    assert found.pixels.reshape(784)[places] == pytest.approx(expected, abs=1e-4 * np.abs(found.pixels).max())
    assert found.remainder == pytest.approx(difference(curved, 0 * image, 7, 3), abs=1e-6)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "elu"])
@pytest.mark.parametrize("layers", [1, 3])
def test_integrated_gradients_are_complete(activation: str, layers: int) -> None:
    attribution = attribute(network(activation, layers), load_dataset().test_images[0], 7, 9)
    assert attribution.method == INTEGRATED_GRADIENTS
    explained = abs(attribution.difference - attribution.remainder)
    assert attribution.error <= 0.01 * explained


def test_more_steps_are_taken_where_a_network_is_steep() -> None:
    plain = network("tanh", 2)
    steep = Network.from_weights([array * (20 if array.ndim == 2 else 1) for array in plain.weights], "tanh")
    attribution = attribute(steep, load_dataset().test_images[0], 7, 3)
    assert attribution.error <= 0.01 * abs(attribution.difference - attribution.remainder)


def test_black_pixels_say_nothing() -> None:
    image = load_dataset().test_images[0]
    assert not attribute(Network.load("starter"), image, 7, 9).pixels[image == 0].any()


def test_the_chart_says_in_words_what_it_shows() -> None:
    image = load_dataset().test_images[0] / 255
    attribution = attribute(Network.load("starter"), image, 7, 3)
    summary = attribution_heatmap(attribution, image, "7", "3").summary
    assert f"Together +{attribution.difference:.1f}" in summary
    assert "speaks for 7 lies mostly in the" in summary
