"""A convolutional network computed number by number, to compare the app's with."""

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network


def convolutional_network(activation: str = "relu", units: int = 12) -> Network:
    """A network of the preset with random weights and biases."""
    random = np.random.default_rng(0)
    shapes = [(3, 3, 1, 8), (3, 3, 8, 16), (400, units), (units, 10)]
    weights = []
    for shape in shapes:
        weights += [random.normal(0, 1.5 / np.sqrt(np.prod(shape[:-1])), shape), random.normal(0, 0.3, shape[-1])]
    return Network.from_weights(weights, activation)


def sums_by_hand(kernel: NDArray, bias: NDArray, maps: NDArray) -> NDArray:
    """The sums (height - 2, width - 2, filters) of one image (height, width, channels) in float64."""
    rows, columns = maps.shape[0] - 2, maps.shape[1] - 2
    sums = np.empty((rows, columns, kernel.shape[-1]))
    for row in range(rows):
        for column in range(columns):
            around = maps[row : row + 3, column : column + 3, :, None]
            sums[row, column] = (around * kernel.astype(np.float64)).sum(axis=(0, 1, 2)) + bias
    return sums


def features_by_hand(network: Network, image: NDArray) -> NDArray:
    """What the convolutional layers of a network of ReLUs make of an image (28, 28) from 0 to 1."""
    maps = image.astype(np.float64)[:, :, None]
    for kernel, bias, _ in network.convolutions:
        active = np.maximum(sums_by_hand(kernel, bias, maps), 0)
        side = len(active) // 2
        maps = np.array(
            [[active[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].max((0, 1)) for x in range(side)] for y in range(side)]
        )
    return maps.reshape(-1)
