"""Surgery changes just the weights that it says, and a changed network is tested as Keras tests it."""

from __future__ import annotations

import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.evaluation import score
from mnist_core.evaluation.quick_test import SLIDER_BUDGET, quick_sample
from mnist_core.model.numpy_network import Network
from mnist_core.model.starter import starter
from mnist_core.model.surgery import with_noise, with_pruned_weights, with_rounded_weights, with_units
from tests.support.convolution_by_hand import convolutional_network

STARTER = Network.load("starter")


def all_weights(network: Network) -> np.ndarray:
    return np.concatenate([kernel.ravel() for kernel in network.weights[::2]])


@pytest.mark.parametrize("network", [STARTER, convolutional_network()], ids=["dense", "convolutional"])
@pytest.mark.parametrize("percent", [1, 50, 90])
def test_the_smallest_weights_of_all_layers_are_pruned_and_no_others_change(network, percent):
    before, after = all_weights(network), all_weights(with_pruned_weights(network, percent / 100))
    gone = np.argsort(np.abs(before), kind="stable")[: round(percent / 100 * len(before))]
    assert not after[gone].any()
    kept = np.setdiff1d(np.arange(len(before)), gone)
    np.testing.assert_array_equal(after[kept], before[kept])


@pytest.mark.parametrize(
    "changed",
    [
        lambda network: with_pruned_weights(network, 0.9),
        lambda network: with_rounded_weights(network, 2),
        lambda network: with_noise(network, 1.0),
        lambda network: with_units(network, 0, [1]),
    ],
    ids=["pruned", "rounded", "noise", "units"],
)
def test_biases_stay_as_they_are(changed):
    for network in (STARTER, convolutional_network()):
        for before, after in zip(network.weights[1::2], changed(network).weights[1::2], strict=True):
            np.testing.assert_array_equal(after, before)


def test_nothing_pruned_is_the_same_network():
    for ours, theirs in zip(with_pruned_weights(STARTER, 0.0).weights, STARTER.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_rounded_weights_are_the_nearest_of_so_many_evenly_spaced_values(bits):
    for before, after in zip(STARTER.kernels, with_rounded_weights(STARTER, bits).kernels, strict=True):
        steps = 2 ** (bits - 1) - 1
        allowed = np.abs(before).max() * np.arange(-steps, steps + 1) / steps
        nearest = np.abs(before[:50, :, None] - allowed).min(axis=-1)
        np.testing.assert_allclose(np.abs(after - before)[:50], nearest, atol=1e-6)


def test_noise_has_the_spread_that_was_asked_for_and_is_the_same_each_time():
    changed = with_noise(STARTER, 0.5)
    for before, after in zip(STARTER.kernels, changed.kernels, strict=True):
        assert (after - before).std() == pytest.approx(0.5 * before.std(), rel=0.05)
    np.testing.assert_array_equal(changed.kernels[0], with_noise(STARTER, 0.5).kernels[0])


def test_units_that_are_not_kept_add_nothing_and_the_others_what_they_did():
    image = load_dataset().test_images[:1]
    kept = [3, 17, 200]
    hidden, _ = STARTER.activations(image)
    kernel, bias, _ = STARTER.layers[1]
    expected = hidden[0, kept] @ kernel[kept] + bias
    np.testing.assert_allclose(with_units(STARTER, 0, kept).activations(image)[1][0], expected, atol=1e-5)


def test_with_convolutional_layers_the_dense_layer_is_the_one_that_loses_units():
    network = convolutional_network()
    image = load_dataset().test_images[:1]
    hidden, _ = network.activations(image)
    kernel, bias, _ = network.layers[1]
    expected = hidden[0, [0, 2]] @ kernel[[0, 2]] + bias
    np.testing.assert_allclose(with_units(network, 0, [0, 2]).activations(image)[1][0], expected, atol=1e-5)


def test_all_images_are_tested_unless_the_network_is_too_large_for_a_slider():
    def network(units):
        return Network.from_weights(
            [np.zeros((784, units)), np.zeros(units), np.zeros((units, 10)), np.zeros(10)], "relu"
        )

    assert quick_sample(network(256), 10_000).tolist() == list(range(10_000))
    few = quick_sample(network(2048), 10_000)
    assert 1_000 < len(few) < 3_000
    assert set(np.diff(few)) == {few[1]}, "evenly spaced"
    assert len(quick_sample(network(2048), 10_000, SLIDER_BUDGET)) == 10_000


@pytest.mark.slow
@pytest.mark.parametrize("percent", [50, 80, 90, 95])
def test_a_pruned_network_has_the_accuracy_that_keras_evaluates(percent):
    from mnist_core.training.build_model import build_model, compile_model

    pruned, data = with_pruned_weights(STARTER, percent / 100), load_dataset()
    model = build_model(TrainConfig(hidden_units=starter().config.hidden_units))
    model.set_weights(pruned.weights)
    compile_model(model, TrainConfig())
    _, expected = model.evaluate(
        data.test_images.reshape(-1, 784).astype("float32") / 255, data.test_labels, batch_size=1000, verbose=0
    )
    assert score(pruned.predict(data.test_images), data.test_labels).accuracy == pytest.approx(expected, abs=1e-4)
