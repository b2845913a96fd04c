"""Units that output 0 for every image, counted in networks whose units are known."""

import numpy as np

from mnist_core.data import load_dataset
from mnist_core.evaluation.silent_units import silent_units
from mnist_core.network import Network

IMAGES = load_dataset().train_images[:100].copy()
IMAGES[:, 0, 0] = 0
IMAGES[7, 0, 0] = 255


def network(*biases: tuple[float, ...], activations: list[str]) -> Network:
    """Of units with these biases, which see nothing but the first pixel; the output layer gives each class 0."""
    weights = []
    for inputs, layer in zip((784, *map(len, biases)), (*biases, (0.0,) * 10), strict=True):
        kernel = np.zeros((inputs, len(layer)))
        kernel[0] = 1.0 if inputs == 784 else 0.0
        weights += [kernel, np.array(layer)]
    return Network.from_weights(weights, activations)


def test_a_unit_is_silent_that_outputs_0_for_every_image():
    """The third one has an output for the eighth image alone."""
    found = silent_units(network((1.0, -2.0, -0.5), activations=["relu"]), IMAGES)
    assert found is not None
    assert (found.silent, found.units, found.images) == (1, 3, 100)


def test_units_of_all_layers_with_relu_count_and_no_others():
    layers = network((-2.0, -2.0), (-1.0, 1.0, -1.0), (-1.0,), activations=["relu", "tanh", "relu"])
    found = silent_units(layers, IMAGES)
    assert found is not None
    assert (found.silent, found.units) == (3, 3)
    assert silent_units(network((0.0,), activations=["tanh"]), IMAGES) is None


def test_the_first_two_thousand_images_are_read():
    many = np.zeros((2001, 28, 28), np.uint8)
    many[2000, 0, 0] = 255
    found = silent_units(network((-0.5,), activations=["relu"]), many)
    assert found is not None
    assert (found.silent, found.images) == (1, 2000)
