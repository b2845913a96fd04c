"""Maps of layers: which images, how they are turned, where another image lies, and how far classes have come apart."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from mnist_core.data.loading import load_dataset
from mnist_core.embedding.alignment import rotation_onto
from mnist_core.embedding.image_map import pca_maps
from mnist_core.embedding.layers import layer_names, layer_outputs
from mnist_core.embedding.same_class import among_another_class, nearest_images, share_of_same_class
from mnist_core.embedding.sample import images_on_map, which_images
from mnist_core.network import Network
from tests.support.convolution_by_hand import convolutional_network

MNIST = load_dataset()
STARTER = Network.load("starter")
IMAGES, LABELS = MNIST.test_images[:300], MNIST.test_labels[:300]
RNG = np.random.default_rng(0)


def test_the_layers_of_the_starter_are_its_pixels_hidden_units_and_logits():
    outputs = layer_outputs(STARTER, IMAGES)
    assert layer_names(STARTER) == ["Pixels", "Hidden layer", "Logits"]
    assert [each.shape for each in outputs] == [(300, 784), (300, 256), (300, 10)]
    assert np.array_equal(outputs[0], IMAGES.reshape(300, 784).astype(np.float32) / 255)
    assert np.array_equal(outputs[2].argmax(axis=1), STARTER.predict(IMAGES).argmax(axis=1))


def test_the_filters_of_a_convolutional_network_are_a_layer():
    network = convolutional_network()
    outputs = layer_outputs(network, IMAGES[:5])
    assert layer_names(network)[:2] == ["Pixels", "Filters"]
    assert len(outputs) == len(layer_names(network))
    assert np.array_equal(outputs[1], network.inputs(IMAGES[:5]))


def test_a_map_has_each_class_in_its_share():
    sample = which_images(MNIST.test_labels, images_on_map(STARTER, 10_000))
    assert len(sample) == 2000
    counts, shares = np.bincount(MNIST.test_labels[sample]), np.bincount(MNIST.test_labels) / 10_000
    assert np.abs(counts - 2000 * shares).max() <= 1
    assert np.isin(which_images(MNIST.test_labels, 300), sample).all()


def test_a_large_network_has_fewer_images_on_its_map_and_a_small_test_set_all():
    wide = np.zeros((2048, 2048), np.float32)
    weights: list[NDArray] = [
        np.zeros((784, 2048)),
        np.zeros(2048),
        wide,
        np.zeros(2048),
        np.zeros((2048, 10)),
        np.zeros(10),
    ]
    assert 300 <= images_on_map(Network.from_weights(weights, "relu"), 10_000) < 2000
    assert images_on_map(STARTER, 300) == 300


def test_maps_fill_the_square_and_place_an_image_where_it_lies():
    outputs = layer_outputs(STARTER, IMAGES)
    for found, values in zip(pca_maps(outputs), outputs, strict=True):
        assert np.abs(found.positions).max() == pytest.approx(1, abs=1e-5)
        assert found.place(values[3:4])[0] == pytest.approx(found.positions[3], abs=1e-4)
        assert 0 < found.explained < 1


def test_a_map_that_was_turned_and_mirrored_is_turned_back():
    points, mirrored = RNG.normal(size=(50, 2)), np.array([[0.6, 0.8], [0.8, -0.6]])
    points -= points.mean(axis=0)
    assert points @ mirrored @ rotation_onto(points @ mirrored, points) == pytest.approx(points)


def test_the_next_map_is_turned_onto_the_one_before():
    hidden = layer_outputs(STARTER, IMAGES)[1]
    one, other = pca_maps([hidden, hidden[:, ::-1] * np.float32(-3)])
    assert other.positions == pytest.approx(one.positions, abs=1e-3)


def test_the_nearest_images_are_those_of_scikit_learn():
    values = RNG.normal(size=(120, 9))
    _, expected = NearestNeighbors(n_neighbors=11).fit(values).kneighbors(values[[5, 50]])
    found = nearest_images(values, np.array([5, 50]))
    assert [set(row) for row in found.tolist()] == [set(row[1:]) for row in expected.tolist()]


def test_the_share_of_the_same_class_is_counted_over_the_nearest_ten():
    one, other = np.zeros((11, 2)), np.zeros((11, 2))
    other[:, 0] = 100
    values = np.concatenate([one, other]) + 0.01 * RNG.random((22, 2))
    labels = np.repeat([0, 1], 11)
    assert share_of_same_class(values, labels) == 1
    labels[0] = 1  # its ten are of class 0, and it is one of the ten of the other ten
    assert share_of_same_class(values, labels) == pytest.approx((11 * 10 + 10 * 9) / 220)
    assert among_another_class(values, labels, np.array([0, 1, 15])).tolist() == [True, False, False]


def test_the_classes_come_apart_from_layer_to_layer():
    pixels, hidden, logits = (share_of_same_class(each, LABELS) for each in layer_outputs(STARTER, IMAGES))
    assert pixels < hidden < logits


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_images_make_a_map_too(count):
    outputs = layer_outputs(STARTER, IMAGES[:count])
    assert all(np.isfinite(found.positions).all() for found in pca_maps(outputs))
    share = share_of_same_class(outputs[0], LABELS[:count])
    assert np.isnan(share) == (count == 1)
