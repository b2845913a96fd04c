"""Which test images are on a map: so many that it is drawn at once, with each class's share of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.stratified_sample import stratified_sample
from mnist_core.evaluation.quick_test import CONVOLUTION
from mnist_core.model.numpy_network import Network

LARGEST, SMALLEST = 2000, 300
BUDGET = 2.1e9
"""Products of a weight and an input: all of `LARGEST` for 1,000 units in one hidden layer, 1,291 for 2,048."""
STREAM = 5
"""Of `stratified_sample`."""


def images_on_map(network: Network, images: int) -> int:
    """Return how many of so many test images are on the maps of a network."""
    products = sum(kernel.size for kernel in network.kernels) + CONVOLUTION * len(network.convolutions)
    return min(images, LARGEST, max(SMALLEST, int(BUDGET // products)))


def which_images(labels: NDArray[np.integer], count: int) -> NDArray[np.intp]:
    """Return the indices, ascending, of so many of the images with these labels (n,). Fewer are among the more."""
    return stratified_sample(labels, count, 0, STREAM)
