"""Hidden units that never fire: ReLUs whose input is below 0 for every image, so that nothing ever corrects them.

Source: Lu, Shin, Su and Karniadakis, Dying ReLU and Initialization (2020).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.activations import parse
from mnist_core.model.numpy_network import Network

SAMPLED = 2000
"""The number of images: 20 ms for 256 units. In the default network, they find the same silent units as all 60,000."""


class SilentUnits(NamedTuple):
    """How many of the network's `units` output 0 for each of `images` images."""

    silent: int
    units: int
    images: int


def silent_units(network: Network, images: NDArray[np.uint8]) -> SilentUnits | None:
    """Count them in all hidden layers with ReLU, for the first `SAMPLED` of `images` (n, 28, 28).

    None if there is no such layer: the other activation functions have no region where they stay at 0.
    """
    sample = images[:SAMPLED]
    layers = zip(network.activations(sample), network.layers, strict=True)
    relus = [values for values, layer in layers if parse(layer.activation)[0] == "relu"]
    if not relus:
        return None
    silent = sum(int((~values.any(axis=0)).sum()) for values in relus)
    return SilentUnits(silent, sum(values.shape[1] for values in relus), len(sample))
