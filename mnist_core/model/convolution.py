"""The convolutional layers that may precede the dense ones, and how they read images in NumPy.

Each has filters of 3×3 without padding, followed by max pooling over 2×2. With 8 and 16 filters, 28×28 pixels become 8
maps of 13×13, then 16 maps of 5×5, which are the 400 inputs of the first dense layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE
from mnist_core.model.activations import activate

KERNEL_SIZE = 3
POOL_SIZE = 2

CHUNK = 16
"""Images computed at once, so that what lies between the layers stays in the processor's cache: 20 µs an image."""


class Convolution(NamedTuple):
    """One convolutional layer with its pooling: `kernel` (3, 3, channels, filters), `bias` (filters,), both float32.

    `activation` is the name of its activation function.
    """

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]
    activation: str


class Maps(NamedTuple):
    """The shape of the maps that a convolutional layer makes: `side` × `side` numbers for each of `filters`.

    `pooled` is the side after pooling, `channels` the number of maps that the layer reads.
    """

    channels: int
    filters: int
    side: int
    pooled: int

    @property
    def parameters(self) -> int:
        """The number of weights and biases."""
        return KERNEL_SIZE**2 * self.channels * self.filters + self.filters

    @property
    def sums(self) -> int:
        """The number of weighted sums for one image, before pooling."""
        return self.side**2 * self.filters

    @property
    def outputs(self) -> int:
        """The number of outputs for one image, after pooling."""
        return self.pooled**2 * self.filters


def maps_of(filters: Sequence[int]) -> list[Maps]:
    """Return the maps of convolutional layers with so many filters, for images of 28×28 pixels."""
    found: list[Maps] = []
    for count in filters:
        channels, before = (found[-1].filters, found[-1].pooled) if found else (1, IMAGE_SIZE)
        side = before - KERNEL_SIZE + 1
        found.append(Maps(channels, count, side, side // POOL_SIZE))
    return found


def features(convolutions: Sequence[Convolution], pixels: NDArray[np.floating]) -> NDArray:
    """Return what the layers make of pixels (n, 784): (n, features), in the dtype of the pixels.

    Without layers, these are the pixels.
    """
    if not convolutions:
        return pixels
    chunks = [pixels[start : start + CHUNK] for start in range(0, len(pixels), CHUNK)]
    return np.concatenate([pooled_maps(convolutions, chunk)[-1].reshape(len(chunk), -1) for chunk in chunks])


def convolved(layer: Convolution, maps: NDArray[np.floating]) -> NDArray:
    """Return the weighted sums (n, side, side, filters) of a layer for maps (n, height, width, channels), with bias.

    They are computed image by image, as products so small that BLAS does not divide them among threads: these would
    wait for busy cores, and results would depend on how many images are computed together.
    """
    windows = sliding_window_view(maps, (KERNEL_SIZE, KERNEL_SIZE), axis=(1, 2)).transpose(0, 1, 2, 4, 5, 3)
    images, height, width = windows.shape[:3]
    kernel = layer.kernel.astype(maps.dtype, copy=False).reshape(-1, layer.kernel.shape[-1])
    sums = windows.reshape(images, height * width, len(kernel)) @ kernel + layer.bias
    return sums.reshape(images, height, width, -1)


def as_maps(pixels: NDArray[np.floating]) -> NDArray:
    """Return pixels (n, 784) as one map for each image: (n, 28, 28, 1)."""
    return pixels.reshape(-1, IMAGE_SIZE, IMAGE_SIZE, 1)


def pooled_maps(convolutions: Sequence[Convolution], pixels: NDArray[np.floating]) -> list[NDArray]:
    """Return the maps (n, pooled, pooled, filters) that each layer makes of pixels (n, 784), after pooling."""
    found: list[NDArray] = []
    for layer in convolutions:
        sums = convolved(layer, found[-1] if found else as_maps(pixels))
        # Activations never fall as their input rises, so it makes no difference that they come after the pooling here.
        found.append(activate(layer.activation, _largest(sums)))
    return found


def _largest(maps: NDArray) -> NDArray:
    """Return the maximum of each 2×2 square; a last row or column without a second one is left out."""
    height, width = (side // POOL_SIZE * POOL_SIZE for side in maps.shape[1:3])
    rows = np.maximum(maps[:, 0:height:2], maps[:, 1:height:2])
    return np.maximum(rows[:, :, 0:width:2], rows[:, :, 1:width:2])
