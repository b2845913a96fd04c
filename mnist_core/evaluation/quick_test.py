"""A test of a network that is quick enough to follow a slider."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network

BUDGET = 3e9
"""Products of a weight and an input that are computed: about 0.1 s on two cores, all 10,000 images for 256 units."""
SLIDER_BUDGET = 17e9
"""Likewise where nothing but the answers is computed, so that a slider is followed: all 10,000 for 2,048 units."""
CONVOLUTION = 1_000_000
"""The products that a convolutional layer counts for. Its weights are few, and used many times."""


def quick_sample(network: Network, images: int, budget: float = BUDGET) -> NDArray[np.intp]:
    """Return the indices of evenly spaced test images out of so many: all, unless the network is too large for that."""
    return evenly_spaced(images, budget / products_of_one_image(network))


def products_of_one_image(network: Network) -> int:
    """Return about how many products of a weight and an input it takes to read one image."""
    return sum(kernel.size for kernel in network.kernels) + CONVOLUTION * len(network.convolutions)


def evenly_spaced(images: int, most: float) -> NDArray[np.intp]:
    """Return the indices of at most `most` evenly spaced images out of so many, beginning with the first."""
    return np.arange(0, images, max(1, math.ceil(images / most)))
