"""What is stored at the end of an epoch of a run: how it reads the test images, and its weights in half precision."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network

MOST_NETWORKS = 32
"""The most networks that a run keeps of its epochs."""
MOST_NETWORK_BYTES = 64_000_000
"""The most bytes that these take, so that a run of large networks keeps fewer: 19 of 2,048 units."""
FEWEST_NETWORKS = 2
"""The first and the newest are kept, however large they are."""
CONFIDENCE_LEVELS = 255


class EpochPredictions(NamedTuple):
    """How a network read the test images after an epoch; 0 is the time before the first step.

    `predicted` (n,) uint8 are the classes, `confidence` (n,) uint8 the probabilities of these in steps of 1/255.
    """

    epoch: int
    predicted: NDArray[np.uint8]
    confidence: NDArray[np.uint8]

    @classmethod
    def of(cls, epoch: int, probabilities: NDArray[np.floating]) -> EpochPredictions:
        """Return them for class probabilities (n, classes). Those that are not numbers become 0."""
        highest = np.nan_to_num(probabilities.max(axis=1))
        levels = np.rint(highest * CONFIDENCE_LEVELS).astype(np.uint8)
        return cls(epoch, probabilities.argmax(axis=1).astype(np.uint8), levels)

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """The probabilities (n,) of the predicted classes, 0 to 1."""
        return np.divide(self.confidence, CONFIDENCE_LEVELS, dtype=np.float32)

    def to_bytes(self) -> bytes:
        """Return two bytes for each image: all classes, then all confidences."""
        return self.predicted.tobytes() + self.confidence.tobytes()

    @classmethod
    def from_bytes(cls, epoch: int, data: bytes) -> EpochPredictions:
        """Read what `to_bytes` wrote. Raises `ValueError` if the number of bytes is odd."""
        return cls(epoch, *np.frombuffer(data, np.uint8).reshape(2, -1))


class EndedEpoch(NamedTuple):
    """The end of an epoch: its predictions, and its network in half precision (see `half_precision`).

    Epoch 0 is the time before the first step.
    """

    epoch: int
    network: bytes
    predictions: EpochPredictions


def half_precision(network: Network) -> bytes:
    """Return a network as `Network.to_bytes` does, with float16 weights. `Network.from_bytes` reads it.

    Weights beyond the range of float16 (±65,504) are cut off there.
    """
    most = np.finfo(np.float16).max
    weights = [np.clip(array, -most, most).astype(np.float16) for array in network.weights]
    return network.to_bytes(weights)


def epochs_to_keep(last: int, most: int = MOST_NETWORKS) -> list[int]:
    """Return whose networks a run keeps after `last` epochs: of each, each second, each fourth, ..., and of the last.

    These are at most `most`, which is at least 2, and epoch 0 is one of them.
    Whatever is kept later is kept already, so that it does not matter when a run was interrupted or prolonged.
    """
    apart = 1
    while -(-last // apart) + 1 > most:
        apart *= 2
    return sorted({*range(0, last, apart), last})


def most_networks(size: int) -> int:
    """Return how many networks of `size` bytes a run keeps of its epochs."""
    return max(FEWEST_NETWORKS, min(MOST_NETWORKS, MOST_NETWORK_BYTES // max(1, size)))
