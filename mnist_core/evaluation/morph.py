"""The way from one image to another, pixel by pixel in proportion, and what a network reads on it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import PIXELS
from mnist_core.model.numpy_network import Network, as_input

STEPS = 100
"""The steps of the way: changes of the answer are found to a hundredth of it."""


class Change(NamedTuple):
    """A change of the answer: at which fraction of the way, 0 to 1, and which class is read from there on."""

    at: float
    read: int


class Morph(NamedTuple):
    """The images (101, 784) float32 from one to another, and the probabilities (101, classes) that each is given."""

    images: NDArray[np.float32]
    probabilities: NDArray[np.float32]

    @property
    def changes(self) -> list[Change]:
        """The changes of the answer on the way, in their order."""
        read = self.probabilities.argmax(axis=1)
        return [Change(index / STEPS, int(read[index])) for index in np.flatnonzero(np.diff(read)) + 1]


def morph(network: Network, image: NDArray, other: NDArray) -> Morph:
    """Return the way from one image (28, 28) to another, each as `Network.predict` takes them."""
    start, end = as_input(image[None]), as_input(other[None])
    shares = np.linspace(0, 1, STEPS + 1, dtype=np.float32)[:, None]
    images = (1 - shares) * start + shares * end
    return Morph(images, network.predict(images))


def most_similar(image: NDArray, images: NDArray[np.uint8], candidates: NDArray[np.intp]) -> int | None:
    """Return which of `candidates` (indices of `images`) differs least from an image (28, 28); None if there are none.

    The difference is the Euclidean distance of the pixels. The image itself is left out: it differs by nothing.
    """
    start = as_input(image[None])
    distances = np.linalg.norm(as_input(images[candidates]).reshape(-1, PIXELS) - start, axis=1)
    distances[distances == 0] = np.inf
    best = int(distances.argmin()) if len(distances) else 0
    return int(candidates[best]) if len(distances) and np.isfinite(distances[best]) else None
