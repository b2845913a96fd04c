"""What is stored at the end of an epoch is what the network read, and few networks of a long run."""

import numpy as np
import pytest

from mnist_core.evaluation.ended_epoch import EpochPredictions, epochs_to_keep, half_precision, most_networks
from mnist_core.model.numpy_network import Network
from tests.support.convolution_by_hand import convolutional_network

PROBABILITIES = np.array([[0.1, 0.7, 0.2], [1.0, 0.0, 0.0], [0.25, 0.25, 0.5]])


def test_predictions_are_the_most_probable_classes_with_their_probabilities():
    read = EpochPredictions.of(3, PROBABILITIES)
    assert read.predicted.tolist() == [1, 0, 2]
    assert read.probabilities == pytest.approx([0.7, 1.0, 0.5], abs=0.51 / 255)


def test_stored_predictions_take_two_bytes_an_image_and_are_read_as_they_were():
    read = EpochPredictions.of(3, PROBABILITIES)
    again = EpochPredictions.from_bytes(3, read.to_bytes())
    assert len(read.to_bytes()) == 6
    for one, other in zip(read, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_probabilities_that_are_not_numbers_are_stored_as_no_confidence():
    assert EpochPredictions.of(1, np.full((2, 10), np.nan)).confidence.tolist() == [0, 0]


@pytest.mark.parametrize("network", [Network.load("starter"), convolutional_network()], ids=["dense", "convolutional"])
def test_half_precision_takes_half_the_bytes_and_keeps_each_weight_to_a_thousandth(network):
    stored = half_precision(network)
    assert len(stored) == pytest.approx(len(network.to_bytes()) / 2, abs=2000)
    again = Network.from_bytes(stored)
    assert again.architecture == network.architecture
    for one, other in zip(again.weights, network.weights, strict=True):
        assert one.dtype == np.float32
        np.testing.assert_allclose(one, other, rtol=2**-11, atol=2**-25)


def test_weights_too_large_for_half_precision_stay_finite():
    weights = [np.full((784, 10), 1e6, np.float32), np.zeros(10, np.float32)]
    assert Network.from_bytes(half_precision(Network.from_weights(weights, "relu"))).weights[0].max() == 65_504


@pytest.mark.parametrize(
    ("last", "kept"),
    [
        (0, [0]),
        (5, [0, 1, 2, 3, 4, 5]),
        (31, [*range(32)]),
        (32, [*range(0, 33, 2)]),
        (33, [*range(0, 33, 2), 33]),
        (100, [*range(0, 101, 4)]),
    ],
)
def test_at_most_32_networks_are_kept_evenly_spaced_with_the_first_and_the_last(last, kept):
    assert epochs_to_keep(last) == kept


@pytest.mark.parametrize("most", [2, 3, 19, 32])
def test_what_is_kept_later_was_kept_before(most):
    """So a run that is prolonged by an epoch at a time keeps the same as one that was planned so long."""
    for last in range(1, 300):
        assert {*epochs_to_keep(last, most)} <= {*epochs_to_keep(last - 1, most), last}
        assert len(epochs_to_keep(last, most)) <= most


def test_large_networks_are_kept_less_often():
    assert most_networks(400_000) == 32
    assert most_networks(3_260_000) == 19
    assert most_networks(80_000_000) == 2
