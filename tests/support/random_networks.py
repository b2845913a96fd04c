"""Networks with random weights, for what is true of any network."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mnist_core.network import Network


def deep_network(activation: str, sizes: tuple[int, ...] = (7, 6, 5), spread: float = 1) -> Network:
    """A network of three classes with hidden layers of `sizes`; `spread` is the standard deviation of its weights."""
    random = np.random.default_rng(6)
    shapes = pairwise((784, *sizes, 3))
    weights = [random.normal(0, spread, size) for shape in shapes for size in (shape, shape[1])]
    return Network.from_weights(weights, activation)
