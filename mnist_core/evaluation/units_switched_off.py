"""The accuracy that a network loses without each unit of a hidden layer, worked out unit by unit, for any layer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.quick_test import evenly_spaced
from mnist_core.model.activations import activate
from mnist_core.model.numpy_network import DenseLayer, Network

FEWEST_IMAGES = 500
BUDGET_SECONDS = 30.0
"""About how long one layer may take; larger networks read fewer images for it."""
SECONDS_PER_OUTPUT = 4e-9
"""Of one unit of the next layer for one image: its output without the unit is computed and activated."""
SECONDS_PER_PRODUCT = 5e-11
"""Of one weight of the layers after that, for one image."""


def images_within_budget(network: Network, layer: int, images: int) -> NDArray[np.intp]:
    """Return the indices of the images, evenly spaced out of `images`, that are read in about `BUDGET_SECONDS`."""
    following = network.layers[layer + 1 :]
    products = sum(kernel.size for kernel, _, _ in following[1:])
    one_image = SECONDS_PER_OUTPUT * len(following[0].bias) + SECONDS_PER_PRODUCT * products
    most = int(BUDGET_SECONDS / (one_image * len(following[0].kernel)))
    return evenly_spaced(images, max(FEWEST_IMAGES, most))


def accuracies_lost(
    network: Network, layer: int, images: NDArray[np.uint8], labels: NDArray[np.integer]
) -> Iterator[float]:
    """Yield for each unit of a hidden dense layer (0 is the first) the accuracy, 0 to 1, that is lost without it.

    `images` (n, 28, 28) and their `labels` (n,) are all read at once. A unit that is switched off has the output 0, so
    only images for which it has another output can change. Gains are below 0.
    """
    *_, outputs = network.activations(images)[: layer + 1]
    following, *rest = network.layers[layer + 1 :]
    sums = outputs @ following.kernel + following.bias
    right = _logits(sums, following, rest).argmax(axis=1) == labels
    for unit, weights in enumerate(following.kernel):
        rows = np.flatnonzero(outputs[:, unit])
        without = sums[rows] - outputs[rows, unit, None] * weights
        still = _logits(without, following, rest).argmax(axis=1) == labels[rows]
        yield (int(right[rows].sum()) - int(still.sum())) / len(labels)


def _logits(sums: NDArray[np.float32], layer: DenseLayer, rest: list[DenseLayer]) -> NDArray[np.float32]:
    """Return the logits (n, classes) from the weighted sums (n, units) of a layer and the layers after it."""
    for following in rest:
        sums = activate(layer.activation, sums) @ following.kernel + following.bias
        layer = following
    return sums
