"""What some units of a hidden layer do after an epoch: measured on few test images, so that all epochs take seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.hidden_units import EXAMPLES, accuracy_lost_without_each
from mnist_core.evaluation.quick_test import quick_sample
from mnist_core.model.numpy_network import Network

MOST_IMAGES = 2000
"""So many images are read at most, evenly spaced: 20 ms for 256 units."""
UNCLIPPED_FRACTION = 0.995
"""The fraction of the weights that are not clipped. A few extreme ones would make all others look pale."""


class UnitsAfterEpoch(NamedTuple):
    """Some units of a hidden layer, in the order in which they were asked for.

    `weights` (units, 784) float32 are those of the pixels, None beyond the first dense layer; `scales` (units,) is how
    large they are but for a few. `fires` (units,) is the fraction of images with an output above 0, `excited_by`
    (units, 3) are the numbers of the test images with the largest outputs. In the last hidden layer, `votes` (units,
    classes) are the outgoing weights and `lost` (units,) is the accuracy, 0 to 1, that is lost without each; else None.
    """

    weights: NDArray[np.float32] | None
    scales: NDArray[np.float32] | None
    fires: NDArray[np.float64]
    excited_by: NDArray[np.intp]
    votes: NDArray[np.float32] | None
    lost: NDArray[np.float64] | None


def units_after_epoch(
    network: Network, images: NDArray[np.uint8], labels: NDArray[np.integer], layer: int, units: Sequence[int]
) -> UnitsAfterEpoch:
    """Return it for units of a hidden dense layer (0 is the first), from test images (n, 28, 28) and labels (n,)."""
    sample = quick_sample(network, len(images))
    sample = sample[:: -(-len(sample) // MOST_IMAGES)]
    activations = network.activations(images[sample])
    chosen = list(units)
    outputs, following = activations[layer][:, chosen], network.layers[layer + 1].kernel[chosen]
    is_last = layer == len(network.layers) - 2
    weights = network.layers[0].kernel[:, chosen].T if layer == 0 and not network.convolutions else None
    return UnitsAfterEpoch(
        weights,
        None if weights is None else np.quantile(np.abs(weights), UNCLIPPED_FRACTION, axis=1).astype(np.float32),
        (outputs > 0).mean(axis=0),
        sample[np.argsort(-outputs, axis=0, kind="stable")[:EXAMPLES].T],
        following if is_last else None,
        accuracy_lost_without_each(outputs, activations[-1], following, labels[sample]) if is_last else None,
    )
