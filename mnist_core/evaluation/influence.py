"""Ranks hidden units by their influence on the predictions of a network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network


def most_influential_units(network: Network, images: NDArray, count: int, layer: int = 0) -> NDArray[np.intp]:
    """Return the indices of the `count` most influential units of a hidden dense layer, by falling influence.

    The influence of a unit is the standard deviation of its output over `images` (as `Network.activations` takes them)
    times the Euclidean length of its outgoing weights: how far it moves the inputs of the next layer. Ties keep the
    order of the layer. Without a hidden layer, the units are those of the classes, in their order.
    """
    if len(network.layers) == 1:
        return np.arange(min(count, network.classes))
    outputs = network.activations(images)[layer]
    influence = outputs.std(axis=0) * np.linalg.norm(network.layers[layer + 1].kernel, axis=1)
    return np.argsort(-influence, kind="stable")[:count]
