"""Snapshots of a network in training show what it really is and how it really reads."""

import json

import numpy as np
import pytest

from mnist_core.data import Dataset, load_dataset
from mnist_core.evaluation.image_sample import sample_of
from mnist_core.evaluation.influence import most_influential_units
from mnist_core.evaluation.network_snapshot import LEVELS, Snapshot, choose_units, count_mistakes, take_snapshot
from mnist_core.model.numpy_network import Network
from tests.support.convolution_by_hand import convolutional_network, sums_by_hand


@pytest.fixture(scope="module")
def sample():
    return sample_of(load_dataset())


@pytest.fixture(scope="module")
def starter():
    return Network.load("starter")


def snapshot_of(network, sample) -> Snapshot:
    snapshot = take_snapshot(network, 7, choose_units(network, sample), sample, count_mistakes(network, sample), False)
    assert snapshot
    return snapshot


def with_first_unit(network, weight):
    """The network with other input weights of its first unit."""
    weights = [array.copy() for array in network.weights]
    weights[0][:, 0] = weight
    return Network.from_weights(weights, network.activation)


def test_its_answers_are_those_of_the_network(starter, sample):
    snapshot = snapshot_of(starter, sample)
    probabilities = starter.predict(load_dataset().test_images[list(snapshot.images)])
    assert snapshot.answers == tuple(probabilities.argmax(axis=1))
    assert snapshot.probabilities == pytest.approx(probabilities.max(axis=1), abs=0.001)


def test_its_weights_are_those_of_the_network_within_a_step(starter, sample):
    snapshot = snapshot_of(starter, sample)
    weights = starter.layers[0].kernel[:, list(snapshot.units)].T
    shown = snapshot.weights * snapshot.scale / LEVELS
    weak = np.abs(weights) <= snapshot.scale
    assert weak.mean() > 0.99
    assert np.abs(shown - weights)[weak].max() <= 0.51 * snapshot.scale / LEVELS
    assert (np.sign(shown) == np.sign(weights))[~weak].all()


def test_what_is_stored_is_read_as_it_was(starter, sample):
    snapshot = snapshot_of(starter, sample)
    again = Snapshot.from_json(snapshot.to_json())
    for name, value in snapshot._asdict().items():
        np.testing.assert_array_equal(getattr(again, name), value)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '"words"', json.dumps({"step": 1, "units": [1], "weights": ["short"]})]
)
def test_other_texts_are_no_snapshots(text):
    with pytest.raises((ValueError, TypeError, KeyError)):
        Snapshot.from_json(text)


def test_a_network_that_has_diverged_has_no_snapshot(starter, sample):
    assert take_snapshot(with_first_unit(starter, np.nan), 7, (0, 1), sample) is None
    assert take_snapshot(with_first_unit(starter, np.inf), 7, (1, 2), sample) is None, "its answers are none"


def test_mistakes_are_counted_on_every_tenth_test_image(starter, sample):
    dataset = load_dataset()
    wrong = starter.predict(dataset.test_images[::10]).argmax(axis=1) != dataset.test_labels[::10]
    assert count_mistakes(starter, sample) == (wrong.sum(), 1000)


def test_the_shown_images_are_a_dozen_of_all_classes_from_easy_to_hard(sample):
    """Easy is what a classifier reads right that knows the mean image of each class."""
    dataset = load_dataset()
    labels = sample.labels[sample.shown]
    assert len(set(sample.shown)) == 12
    assert set(labels) == set(range(10))
    means = [dataset.train_images[dataset.train_labels == label].mean(axis=0) for label in range(10)]
    read = [int(np.argmin([((image - mean) ** 2).sum() for mean in means])) for image in sample.images[sample.shown]]
    right = np.array(read) == labels
    assert right[:4].all()
    assert not right[-4:].any()


@pytest.mark.parametrize("classes", [2, 3, 9])
def test_each_class_of_few_is_among_the_shown_images(classes):
    mnist = load_dataset()
    learned, tested = mnist.train_labels < classes, mnist.test_labels < classes
    dataset = Dataset(
        "few",
        mnist.train_images[learned],
        mnist.train_labels[learned],
        mnist.test_images[tested][:200],
        mnist.test_labels[tested][:200],
        mnist.class_names[:classes],
    )
    sample = sample_of(dataset)
    assert set(sample.labels[sample.shown]) == set(range(classes))
    assert sample.mistakes(np.eye(classes)[sample.labels]) == 0


def test_the_most_influential_unit_is_the_one_that_moves_the_next_layer_most():
    """Three units: one that sees nothing, one that is hardly listened to, and one that matters."""
    kernel, out = np.zeros((784, 3)), np.ones((3, 10))
    kernel[:, 1] = kernel[:, 2] = 0.01
    out[1] = 0.001
    network = Network.from_weights([kernel, np.zeros(3), out, np.zeros(10)], "relu")
    assert most_influential_units(network, load_dataset().test_images[:50], 2).tolist() == [2, 1]


def test_a_dozen_units_are_shown_or_all_if_there_are_fewer(sample):
    assert len(choose_units(Network.load("starter"), sample)) == 12
    assert choose_units(convolutional_network(), sample) == tuple(range(8))


def test_filters_are_shown_by_what_they_find_in_the_first_image(sample):
    network = convolutional_network()
    snapshot = snapshot_of(network, sample)
    image = load_dataset().test_images[snapshot.images[0]] / 255
    expected = np.zeros((8, 28, 28))
    kernel, bias, _ = network.convolutions[0]
    expected[:, 1:27, 1:27] = sums_by_hand(kernel, bias, image[:, :, None]).transpose(2, 0, 1)
    expected /= np.abs(expected).max(axis=(1, 2), keepdims=True)
    shown = snapshot.weights.reshape(8, 28, 28) * snapshot.scale / LEVELS
    assert snapshot.units == tuple(range(8))
    weak = np.abs(expected) <= snapshot.scale + 1e-5
    assert weak.mean() > 0.99
    assert np.abs(shown - expected)[weak].max() <= 0.51 * snapshot.scale / LEVELS


def test_a_network_without_a_hidden_layer_shows_its_classes(sample):
    network = Network.from_weights([np.zeros((784, 10)), np.zeros(10)], "relu")
    assert choose_units(network, sample) == tuple(range(10))
