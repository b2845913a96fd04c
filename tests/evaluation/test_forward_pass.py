"""What is said of a digit's way through a network is what the network computes, and contributions sum to the whole."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mnist_core.charts.figure import BLUE, ORANGE
from mnist_core.charts.vote_bars import vote_bars
from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.evaluation.forward_pass import ForwardPass
from mnist_core.model.numpy_network import Network
from tests.support.convolution_by_hand import convolutional_network, features_by_hand

IMAGE = load_dataset().test_images[8]


def network(activation: str, *units: int, scaling: str = "") -> Network:
    random = np.random.default_rng(0)
    weights = []
    for inputs, outputs in pairwise([784, *units, 10]):
        weights += [random.normal(0, 1.5 / np.sqrt(inputs), (inputs, outputs)), random.normal(0, 0.3, outputs)]
    return Network.from_weights(weights, activation, scaling)


ALL_KINDS = pytest.mark.parametrize(
    "network",
    [
        network("relu"),
        network("relu", 32),
        network("tanh", 32, 16, 24),
        network("relu", 32, scaling="l2_image"),
        convolutional_network(),
    ],
    ids=["no hidden layer", "one", "three", "scaled", "convolutional"],
)


def test_maps_are_what_the_filters_find_and_the_dense_layers_read() -> None:
    network = convolutional_network()
    passed = ForwardPass.of(network, IMAGE)
    assert [maps.shape for maps in passed.maps] == [(13, 13, 8), (5, 5, 16)]
    np.testing.assert_allclose(passed.maps[1].reshape(-1), features_by_hand(network, IMAGE / 255), atol=1e-5)
    np.testing.assert_array_equal(passed.maps[1].reshape(-1), passed.layers[0].inputs)


@ALL_KINDS
def test_votes_and_biases_sum_to_the_gap_between_the_logits(network: Network) -> None:
    passed = ForwardPass.of(network, IMAGE)
    logits = network.activations(IMAGE[None])[-1][0]
    for one, other in ((7, 3), (0, 9)):
        assert passed.votes(one, other).gap == pytest.approx(logits[one] - logits[other], abs=1e-5)


def test_a_vote_is_the_output_times_the_difference_of_the_weights() -> None:
    starter = Network.load("starter")
    hidden = starter.activations(IMAGE[None])[0][0]
    votes = ForwardPass.of(starter, IMAGE).votes(4, 9)
    kernel, bias, _ = starter.layers[-1]
    for unit in (0, 17, 255):
        assert votes.units[unit] == pytest.approx(hidden[unit] * (kernel[unit, 4] - kernel[unit, 9]), abs=1e-5)
    assert votes.biases == pytest.approx(bias[4] - bias[9], abs=1e-6)


@ALL_KINDS
def test_the_layers_are_those_of_the_answer(network: Network) -> None:
    passed = ForwardPass.of(network, IMAGE)
    for layer, outputs in zip(passed.layers, network.activations(IMAGE[None]), strict=True):
        np.testing.assert_allclose(layer.outputs, outputs[0], atol=1e-5)
    np.testing.assert_allclose(passed.probabilities(), network.predict(IMAGE[None])[0], atol=1e-6)


def test_in_the_first_layer_a_sum_unfolds_into_the_units_own_weights_and_its_bias() -> None:
    starter = Network.load("starter")
    unfolded = ForwardPass.of(starter, IMAGE).unfolded(0, 62)
    np.testing.assert_array_equal(unfolded.weights, starter.kernels[0][:, 62].astype(np.float64))
    np.testing.assert_allclose(unfolded.pixels, IMAGE.reshape(784) / 255, atol=1e-7)
    assert unfolded.remainder == pytest.approx(starter.layers[0].bias[62], abs=1e-5)


@ALL_KINDS
def test_in_any_layer_the_weights_are_the_slopes_that_finite_differences_find(network: Network) -> None:
    pixels = (IMAGE.reshape(784) / 255).astype(np.float32)
    network = network.for_one_image(pixels)  # a scaling by the image is held fixed, as attribution holds it
    layer = len(network.layers) - 1
    weights = ForwardPass.of(network, pixels.reshape(28, 28)).unfolded(layer, 3).weights
    for place in np.flatnonzero(pixels)[::29]:
        more, less = (pixels + sign * np.float32(1e-3) * np.eye(784, dtype=np.float32)[place] for sign in (1, -1))
        rise = network.activations(more[None])[-1][0, 3] - network.activations(less[None])[-1][0, 3]
        assert weights[place] == pytest.approx(rise / 2e-3, abs=2e-2)


def test_the_strongest_units_of_the_last_hidden_layer_are_those_with_the_largest_votes() -> None:
    deep = network("tanh", 32, 16, 24)
    passed = ForwardPass.of(deep, IMAGE)
    sizes = np.abs(passed.votes(7, 3).units)
    assert sizes[passed.strongest_units(2, 7, 3)[:3]].tolist() == sorted(sizes, reverse=True)[:3]
    assert sorted(passed.strongest_units(0, 7, 3)) == list(range(32))


def test_a_temperature_makes_the_answer_less_sure_and_keeps_the_order_of_the_classes() -> None:
    passed = ForwardPass.of(network("relu", 32), IMAGE)
    cold, own, warm = (passed.probabilities(temperature) for temperature in (0.5, 1.0, 2.0))
    expected = np.exp(passed.logits / 2.0) / np.exp(passed.logits / 2.0).sum()
    np.testing.assert_allclose(warm, expected, rtol=1e-5)
    assert cold.max() > own.max() > warm.max()
    assert np.argsort(cold).tolist() == np.argsort(own).tolist() == np.argsort(warm).tolist()


def test_bars_of_votes_sum_to_the_gap_and_the_summary_says_it() -> None:
    votes = ForwardPass.of(Network.load("starter"), load_dataset().test_images[3520]).votes(4, 9)
    chart = vote_bars(votes, "4", "9")
    bars = chart.figure.data[0]
    assert sum(bars.x) == pytest.approx(votes.gap)
    assert {colour for value, colour in zip(bars.x, bars.marker.color, strict=True) if value > 0} == {BLUE}
    assert {colour for value, colour in zip(bars.x, bars.marker.color, strict=True) if value < 0} == {ORANGE}
    assert len(chart.figure.data[0].x) == 10, "eight units, the others together, and the biases"
    assert f"Together +{votes.gap:.2f}: the logit of 4 is that much above that of 9." in chart.summary


@pytest.mark.slow
@pytest.mark.parametrize("other", [{}, {"hidden_layers": 3}, {"architecture": "convolutional"}])
def test_every_number_is_the_one_that_keras_computes(other: dict) -> None:
    import keras

    from mnist_core.training.build_model import build_model

    model = build_model(TrainConfig(hidden_units=24, **other))
    network = Network.from_weights([variable.numpy() for variable in model.trainable_variables], "relu")
    passed = ForwardPass.of(network, IMAGE)
    pixels = IMAGE.reshape(1, 784).astype("float32") / 255
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    outputs = keras.Model(model.inputs, [layer.output for layer in dense]).predict(pixels, verbose=0)
    for layer, expected in zip(passed.layers[:-1], outputs[:-1], strict=True):
        np.testing.assert_allclose(layer.outputs, expected[0], atol=1e-5)
    np.testing.assert_allclose(passed.probabilities(), model.predict(pixels, verbose=0)[0], atol=1e-5)
