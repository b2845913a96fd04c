"""Ranks hidden units by their influence on the predictions of a network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network


def most_influential_units(network: Network, images: NDArray, count: int, layer: int = 0) -> NDArray[np.intp]:
    """Return the indices of the `count` most influential units of a hidden dense layer, by falling influence.

    It is their `influence` over `images`, as `Network.activations` takes them. Ties keep the order of the layer.
    Without a hidden layer, the units are those of the classes, in their order.
    """
    if len(network.layers) == 1:
        return np.arange(min(count, network.classes))
    of_each = influence(network.activations(images)[layer], network.layers[layer + 1].kernel)
    return np.argsort(-of_each, kind="stable")[:count]


def influence(outputs: NDArray[np.floating], following: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the influence (units,) of each unit of a layer: how far it moves the inputs of the next layer.

    That is the standard deviation of its `outputs` (n, units) times the Euclidean length of its outgoing weights
    `following` (units, next units).
    """
    result: NDArray[np.floating] = outputs.std(axis=0) * np.linalg.norm(following, axis=1)
    return result
