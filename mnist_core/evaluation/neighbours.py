"""Which training images a network sees as most alike: the nearest ones in its last hidden layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network

CHUNK = 4000
"""Images taken at a time: keeps what is computed on the way below 40 MB for any network of the app."""

CANDIDATES = 64
"""Found with the rounded outputs that `HiddenOutputs` keeps, then put in order with exact ones."""

SAMPLED, HEADROOM = 16, 1.25
"""Every 16th image tells how large the outputs are; others may be larger by a quarter, or are rounded down to that."""

_LIMIT = np.iinfo(np.int16).max


class Neighbours(NamedTuple):
    """Images by their index, nearest first, and their Euclidean distances in the hidden layer."""

    indices: NDArray[np.intp]
    distances: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class HiddenOutputs:
    """What the last hidden layer makes of each of many images, kept to be searched again and again.

    `values` is (n, units) int16, in steps of `scale`: 31 MB for MNIST and 256 units, 246 MB for 2048 (half precision
    is as small, but takes 20 times as long to compute with). `squares` (n,) float32 are its rows' squared lengths.
    """

    values: NDArray[np.int16]
    squares: NDArray[np.float32]
    scale: float

    @classmethod
    def of(cls, network: Network, images: NDArray[np.uint8]) -> HiddenOutputs:
        """Send images (n, 28, 28) through the network: about 1 s for MNIST and 256 units."""
        sample = network.last_hidden(images[::SAMPLED])
        scale = HEADROOM * float(np.abs(sample).max()) / _LIMIT or 1.0
        values = np.empty((len(images), sample.shape[1]), np.int16)
        squares = np.empty(len(images), np.float32)
        for at in range(0, len(images), CHUNK):
            rows = values[at : at + CHUNK]
            rows[:] = _rounded(network, images[at : at + CHUNK], scale)
            np.einsum("ij,ij->i", rows, rows, dtype=np.float32, out=squares[at : at + CHUNK])
        return cls(values, squares, scale)

    def nearest(self, network: Network, image: NDArray, images: NDArray[np.uint8], count: int) -> Neighbours:
        """Return those `count` of `images` (which these are the outputs of) that are nearest to `image` (28, 28)."""
        wanted = network.last_hidden(image[None])[0]
        scaled = wanted / self.scale
        starts = range(0, len(self.values), CHUNK)
        # By einsum, on one thread: a product of this shape is bound by memory, and threads would wait for each other.
        chunks = (self.values[start : start + CHUNK].astype(np.float32) for start in starts)
        products = [np.einsum("ij,j->i", chunk, scaled) for chunk in chunks]
        squared = self.squares - 2 * np.concatenate(products)  # less the same number for all
        near = np.argpartition(squared, min(CANDIDATES, len(squared) - 1))[:CANDIDATES]
        distances = np.linalg.norm(network.last_hidden(images[near]) - wanted, axis=1)
        order = np.argsort(distances, kind="stable")[:count]
        return Neighbours(near[order], distances[order].astype(np.float32))


def _rounded(network: Network, images: NDArray[np.uint8], scale: float) -> NDArray[np.int16]:
    """Return the last hidden layer's outputs (n, units) for images, in steps of `scale`."""
    return np.rint(np.clip(network.last_hidden(images) / scale, -_LIMIT, _LIMIT)).astype(np.int16)
