"""Finds the training images that are most similar for a network: the nearest neighbours in its last hidden layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network

CHUNK_SIZE = 4000
"""Images processed at a time. Intermediate values stay below 40 MB for any network of the app."""

CANDIDATES = 64
"""Number of candidates from the rounded outputs in `HiddenOutputs`; exact outputs then sort them."""

SAMPLE_STRIDE, HEADROOM = 16, 1.25
"""Every 16th image is used to find the largest output. Outputs beyond `HEADROOM` times that are clipped."""

_LIMIT = np.iinfo(np.int16).max


class Neighbours(NamedTuple):
    """Indices of images, nearest first, and their Euclidean distances in the hidden layer."""

    indices: NDArray[np.intp]
    distances: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class HiddenOutputs:
    """The outputs of the last hidden layer for many images, quantised so that they can be kept for repeated searches.

    `values` is (n, units) int16, in steps of `scale`: 31 MB for MNIST and 256 units, 246 MB for 2048. Half precision is
    as small, but 20 times slower to compute with. `squares` (n,) float32 are the squared lengths of the rows.
    """

    values: NDArray[np.int16]
    squares: NDArray[np.float32]
    scale: float

    @classmethod
    def of(cls, network: Network, images: NDArray[np.uint8]) -> HiddenOutputs:
        """Compute the outputs for images (n, 28, 28): about 1 s for MNIST and 256 units."""
        sample = network.last_hidden(images[::SAMPLE_STRIDE])
        scale = HEADROOM * float(np.abs(sample).max()) / _LIMIT or 1.0
        values = np.empty((len(images), sample.shape[1]), np.int16)
        squares = np.empty(len(images), np.float32)
        for start in range(0, len(images), CHUNK_SIZE):
            rows = values[start : start + CHUNK_SIZE]
            rows[:] = _rounded(network, images[start : start + CHUNK_SIZE], scale)
            np.einsum("ij,ij->i", rows, rows, dtype=np.float32, out=squares[start : start + CHUNK_SIZE])
        return cls(values, squares, scale)

    def nearest(self, network: Network, image: NDArray, images: NDArray[np.uint8], count: int) -> Neighbours:
        """Return the `count` nearest neighbours of `image` (28, 28) among `images`, whose outputs these are."""
        target = network.last_hidden(image[None])[0]
        scaled = target / self.scale
        starts = range(0, len(self.values), CHUNK_SIZE)
        # einsum uses one thread. Memory bandwidth limits products of this shape, so more threads would only wait.
        chunks = (self.values[start : start + CHUNK_SIZE].astype(np.float32) for start in starts)
        products = [np.einsum("ij,j->i", chunk, scaled) for chunk in chunks]
        squared = self.squares - 2 * np.concatenate(products)  # squared distances up to a constant
        near = np.argpartition(squared, min(CANDIDATES, len(squared) - 1))[:CANDIDATES]
        distances = np.linalg.norm(network.last_hidden(images[near]) - target, axis=1)
        order = np.argsort(distances, kind="stable")[:count]
        return Neighbours(near[order], distances[order].astype(np.float32))


def _rounded(network: Network, images: NDArray[np.uint8], scale: float) -> NDArray[np.int16]:
    """Return the outputs (n, units) of the last hidden layer for images, in steps of `scale`."""
    return np.rint(np.clip(network.last_hidden(images) / scale, -_LIMIT, _LIMIT)).astype(np.int16)
