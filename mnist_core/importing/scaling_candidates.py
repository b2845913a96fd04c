"""The usual scalings of pixels, each built into a network: the candidates of `scaling_detection`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE, PIXELS, Dataset, flatten
from mnist_core.model.input_scaling import SCALINGS
from mnist_core.model.numpy_network import Network

Array = NDArray[np.floating]

MNIST_MEAN, MNIST_DEVIATION = 0.1307, 0.3081
"""Mean and standard deviation of all pixels of MNIST's training images, as PyTorch's tutorials give them."""
_LEAST_DEVIATION = 1e-7
_CHUNK_SIZE = 3000
UNCHANGED = "from 0 to 1"


class ScalingCandidate(NamedTuple):
    """A network with one scaling of its pixels built in. `words` complete "trained on pixels …"."""

    words: str
    network: Network


def scaling_candidates(network: Network, dataset: Dataset) -> Iterator[ScalingCandidate]:
    """Yield the network with each of the usual scalings of pixels, unchanged first, the most common ones early."""
    yield ScalingCandidate(UNCHANGED, network)
    if network.scaling or network.convolutions:  # one per image cancels others, and this app's filters read 0 to 1
        return
    for words, factor, shift in _scalings_of_all_images(dataset):
        yield ScalingCandidate(words, with_pixels_scaled(network, factor, shift))
    for name, scaling in SCALINGS.items():
        yield ScalingCandidate(scaling.words, Network(network.layers, name))


def with_pixels_scaled(network: Network, factor: Array, shift: Array) -> Network:
    """Return a network that reads pixels x (784,) as `network` reads x · factor + shift."""
    first, *others = network.layers
    exact = first.kernel.astype(np.float64)
    kernel = (factor[:, None] * exact).astype(np.float32)
    bias = (first.bias + shift @ exact).astype(np.float32)
    return Network((first._replace(kernel=kernel, bias=bias), *others), network.scaling)


def with_images_transposed(network: Network) -> Network:
    """Return a network that reads images as `network` reads them with rows and columns exchanged."""
    first, *others = network.layers
    kernel = first.kernel.reshape(IMAGE_SIZE, IMAGE_SIZE, -1).transpose(1, 0, 2).reshape(PIXELS, -1)
    scaling = {"l2_columns": "l2_rows", "l2_rows": "l2_columns"}.get(network.scaling, network.scaling)
    return Network((first._replace(kernel=np.ascontiguousarray(kernel)), *others), scaling)


def _scalings_of_all_images(dataset: Dataset) -> Iterator[tuple[str, Array, Array]]:
    """Yield (words, factor, shift) of scalings that are the same for all images, of pixels from 0 to 1."""
    pixels = dataset.train_images.reshape(-1, PIXELS)
    mean, deviation = float(pixels.mean()) / 255, float(pixels.std(dtype=np.float64)) / 255 or 1.0
    ones = np.ones(PIXELS)
    for words, factor, shift in (
        ("from 0 to 255", 255.0, 0.0),
        ("from 1 to 0, ink dark on light", -1.0, 1.0),
        ("from 255 to 0, ink dark on light", -255.0, 255.0),
        ("from −1 to 1", 2.0, -1.0),
        ("from 1 to −1, ink dark on light", -2.0, 1.0),
        ("from −0.5 to 0.5", 1.0, -0.5),
        ("with mean 0 and standard deviation 1 over all images", 1 / deviation, -mean / deviation),
        ("standardised by MNIST's mean and standard deviation", 1 / MNIST_DEVIATION, -MNIST_MEAN / MNIST_DEVIATION),
        ("with mean 0 over all images", 1.0, -mean),
    ):
        yield words, factor * ones, shift * ones
    means, deviations = _statistics_of_each_pixel(pixels)
    yield "less the mean image", ones, -means
    yield "with mean 0 and standard deviation 1 in each pixel", 1 / deviations, -means / deviations


def _statistics_of_each_pixel(pixels: NDArray[np.uint8]) -> tuple[Array, Array]:
    """Return mean and standard deviation over images of each pixel (784,), scaled to 0 to 1.

    The deviation of a pixel that never changes is given as 1.
    """
    means, squares, count = np.zeros(PIXELS), np.zeros(PIXELS), len(pixels)
    for start in range(0, count, _CHUNK_SIZE):
        chunk = flatten(pixels[start : start + _CHUNK_SIZE]).astype(np.float64)
        means += chunk.sum(axis=0) / count
        squares += (chunk**2).sum(axis=0) / count
    deviations = np.sqrt(np.maximum(squares - means**2, 0))
    return means, np.where(deviations < _LEAST_DEVIATION, 1, deviations)
