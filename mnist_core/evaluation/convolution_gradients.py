"""What the features of convolutional layers owe to each pixel: their gradients, and the share of the biases.

Pooling passes on the largest of four numbers. For an image it is therefore a choice, and the layers are linear wherever
their activation is: what `attribution` says of ReLU holds with convolutional layers as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.activations import activate, derivative
from mnist_core.model.convolution import KERNEL_SIZE, POOL_SIZE, Convolution, as_maps, convolved

Array = NDArray[np.float64]


class Pass(NamedTuple):
    """What one layer computed for n images.

    `chosen` (n, pooled, pooled, filters) says which of the four sums of a square was largest; `slopes`, of the same
    shape, are the derivatives of the activation there. `side` is the side of the maps that it read.
    """

    layer: Convolution
    side: int
    chosen: NDArray[np.intp]
    slopes: Array


def forward(convolutions: Sequence[Convolution], pixels: Array) -> tuple[Array, list[Pass]]:
    """Return the features (n, features) of pixels (n, 784), and how each layer came to them."""
    maps, passes = as_maps(pixels), []
    for layer in convolutions:
        squares = _squares(convolved(layer, maps))
        chosen = squares.argmax(axis=-1)
        largest = _taken(squares, chosen)
        passes.append(Pass(layer, maps.shape[1], chosen, derivative(layer.activation, largest)))
        maps = activate(layer.activation, largest)
    return maps.reshape(len(pixels), -1), passes


def backward(passes: Sequence[Pass], gradients: Array) -> Array:
    """Return the gradients (n, 784) by the pixels, given those by the features (n, features)."""
    maps = gradients
    for layer, side, chosen, slopes in reversed(passes):
        sums = _spread(maps.reshape(slopes.shape) * slopes, chosen, side - KERNEL_SIZE + 1)
        maps = _transposed_convolution(layer, sums, side)
    return maps.reshape(len(gradients), -1)


def share_of_biases(passes: Sequence[Pass]) -> Array:
    """Return what the biases add to the features: the part that is left in the same linear region without any ink."""
    maps = np.zeros((len(passes[0].chosen), passes[0].side, passes[0].side, 1))
    for layer, _, chosen, slopes in passes:
        maps = _taken(_squares(convolved(layer, maps)), chosen) * slopes
    return maps.reshape(len(maps), -1)


def _squares(sums: Array) -> Array:
    """Return the four numbers of each 2×2 square: (n, pooled, pooled, filters, 4)."""
    images, side, _, filters = sums.shape
    pooled = side // POOL_SIZE
    whole = sums[:, : pooled * POOL_SIZE, : pooled * POOL_SIZE]
    squares = whole.reshape(images, pooled, POOL_SIZE, pooled, POOL_SIZE, filters).transpose(0, 1, 3, 5, 2, 4)
    return squares.reshape(images, pooled, pooled, filters, -1)


def _taken(squares: Array, chosen: NDArray[np.intp]) -> Array:
    taken: Array = np.take_along_axis(squares, chosen[..., None], axis=-1)[..., 0]
    return taken


def _spread(values: Array, chosen: NDArray[np.intp], side: int) -> Array:
    """Return maps (n, side, side, filters) with each value where its square was largest, and 0 elsewhere."""
    images, pooled, _, filters = values.shape
    squares = np.zeros((*values.shape, POOL_SIZE**2), values.dtype)
    np.put_along_axis(squares, chosen[..., None], values[..., None], axis=-1)
    whole = squares.reshape(images, pooled, pooled, filters, POOL_SIZE, POOL_SIZE).transpose(0, 1, 4, 2, 5, 3)
    maps = np.zeros((images, side, side, filters), values.dtype)
    maps[:, : pooled * POOL_SIZE, : pooled * POOL_SIZE] = whole.reshape(
        images, pooled * POOL_SIZE, pooled * POOL_SIZE, filters
    )
    return maps


def _transposed_convolution(layer: Convolution, sums: Array, side: int) -> Array:
    """Return the gradients by the maps that a layer read, given those by its sums."""
    inner = sums.shape[1]
    maps = np.zeros((len(sums), side, side, layer.kernel.shape[2]), sums.dtype)
    for row in range(KERNEL_SIZE):
        for column in range(KERNEL_SIZE):
            weights = layer.kernel[row, column].T.astype(sums.dtype)
            maps[:, row : row + inner, column : column + inner] += sums @ weights
    return maps
