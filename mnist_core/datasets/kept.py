"""The datasets that a process has in memory: the ones used last, and not more than fit."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

from mnist_core.data import MNIST_SHA256, Dataset

MOST_BYTES = 400_000_000
"""Of all images together, besides MNIST's, which a process holds once in any case; at least one dataset is kept."""


class Shelf(Protocol):
    """Where datasets come from, see `runs.datasets.DatasetShelf`."""

    def load(self, sha256: str, /) -> Dataset:
        """Return a dataset by its sha256."""
        ...


class KeptDatasets:
    """Reads a dataset once, and again only after others have taken its room."""

    def __init__(self, shelf: Shelf, most_bytes: int = MOST_BYTES) -> None:
        self._shelf, self._most_bytes = shelf, most_bytes
        self._kept: OrderedDict[str, Dataset] = OrderedDict()

    def __contains__(self, sha256: str) -> bool:
        """Whether the dataset is in memory now; MNIST is always taken to be."""
        return sha256 in self._kept or sha256 == MNIST_SHA256

    def get(self, sha256: str) -> Dataset:
        """Return a dataset by its sha256. Raises `DatasetError` if it is not there, or damaged."""
        dataset = self._kept.get(sha256) or self._shelf.load(sha256)
        self._kept[sha256] = dataset
        self._kept.move_to_end(sha256)
        while len(self._kept) > 1 and sum(_size(item) for item in self._kept.values()) > self._most_bytes:
            self._kept.popitem(last=False)
        return dataset


def _size(dataset: Dataset) -> int:
    return sum(array.nbytes for array in dataset.arrays.values())
