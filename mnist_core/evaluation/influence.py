"""Which hidden units influence the answers of a network most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network


def most_influential_units(network: Network, images: NDArray, count: int) -> NDArray[np.intp]:
    """Return the indices of the units of the first hidden layer with the most influence, the most influential first.

    The influence of a unit is how much its output varies over `images` (as `Network.activations` takes them), by its
    standard deviation, times the Euclidean length of its outgoing weights: how far it moves the next layer. Ties keep
    the order of the layer. A network without a hidden layer has only the units of its classes, which all count alike:
    they come in their own order.
    """
    if len(network.layers) == 1:
        return np.arange(min(count, network.classes))
    outputs = network.activations(images)[0]
    influence = outputs.std(axis=0) * np.linalg.norm(network.layers[1].kernel, axis=1)
    return np.argsort(-influence, kind="stable")[:count]
