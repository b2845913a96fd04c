"""How convolutional layers read images in NumPy: as their definition says, and whatever else is read with them."""

import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.model.architecture import Architecture, count_parameters, layer_table
from mnist_core.model.convolution import CHUNK
from mnist_core.network import Network, NetworkError
from tests.support.convolution_by_hand import convolutional_network, features_by_hand

IMAGES = load_dataset().test_images


def test_the_dense_layers_read_what_the_filters_find() -> None:
    network = convolutional_network()
    expected = [features_by_hand(network, image / 255) for image in IMAGES[:2]]
    np.testing.assert_allclose(network.inputs(IMAGES[:2]), expected, atol=1e-5)


def test_an_image_is_read_the_same_alone_and_among_many() -> None:
    network = convolutional_network()
    together = network.inputs(IMAGES[: 2 * CHUNK + 1])
    for place in (0, CHUNK, 2 * CHUNK):
        np.testing.assert_array_equal(network.inputs(IMAGES[place : place + 1])[0], together[place])


def test_it_is_stored_and_read_again_as_it_was() -> None:
    network = convolutional_network("elu")
    again = Network.from_bytes(network.to_bytes())
    assert (
        again.architecture
        == network.architecture
        == Architecture.of(TrainConfig(architecture="convolutional", hidden_units=12, activation="elu"))
    )
    np.testing.assert_array_equal(again.predict(IMAGES[:20]), network.predict(IMAGES[:20]))


@pytest.mark.parametrize("wrong", [(3, 3, 2, 8), (5, 5, 1, 8), (3, 3, 1, 7)])
def test_filters_of_another_shape_are_refused(wrong: tuple[int, ...]) -> None:
    weights = convolutional_network().weights
    with pytest.raises(NetworkError, match="were expected"):
        Network.from_weights([np.zeros(wrong), *weights[1:]], "relu")


def test_its_layers_are_listed_with_their_parameters() -> None:
    network = Architecture.of(TrainConfig(architecture="convolutional"))
    listed = [(layer.name, layer.units, layer.parameters) for layer in layer_table(network)]
    assert listed == [
        ("Input", 784, 0),
        ("Convolution", 26 * 26 * 8, 9 * 8 + 8),
        ("Max pooling", 13 * 13 * 8, 0),
        ("Convolution", 11 * 11 * 16, 9 * 8 * 16 + 16),
        ("Max pooling", 5 * 5 * 16, 0),
        ("Dense (hidden)", 256, 400 * 256 + 256),
        ("Dense (output)", 10, 256 * 10 + 10),
    ]
    assert network.describe() == "8 and 16 filters, 256 units, relu"
    assert count_parameters(TrainConfig(architecture="convolutional")) == 106_474
