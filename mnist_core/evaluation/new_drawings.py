"""A network's accuracy on drawings that it has not learned from."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network


class DrawingsRead(NamedTuple):
    """How many drawings a network has read, and how many of them correctly."""

    right: int
    number: int

    @property
    def accuracy(self) -> float | None:
        """The share that is right, 0 to 1; None if there are no drawings."""
        return self.right / self.number if self.number else None


def read_new_drawings(
    network: Network, images: NDArray[np.uint8], labels: NDArray[np.uint8], learned: Collection[bytes]
) -> DrawingsRead:
    """Return how many of the drawings (n, 28, 28) a network reads as their labels (n,) say.

    `learned` are the drawings in its training data, each as its 784 bytes; they do not count.
    """
    new = np.array([image.tobytes() not in learned for image in images], dtype=bool)
    if not new.any():
        return DrawingsRead(0, 0)
    read = network.predict(images[new]).argmax(axis=1)
    return DrawingsRead(int((read == labels[new]).sum()), int(new.sum()))
