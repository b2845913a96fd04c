"""The datasets that a process has in memory: the ones used last, and not more than fit."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from mnist_core.data.dataset import MNIST_SHA256, Dataset

MOST_BYTES = 400_000_000
"""Of all images together, besides MNIST's, which a process holds once in any case; at least one dataset is kept."""


class KeptDatasets:
    """Reads a dataset once, and again only after others have taken its room; safe to share between threads."""

    def __init__(self, load: Callable[[str], Dataset], most_bytes: int = MOST_BYTES) -> None:
        """`load` returns a dataset by its sha256, as `runs.datasets.DatasetStore.load` does."""
        self._load, self._most_bytes = load, most_bytes
        self._kept: OrderedDict[str, Dataset] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, sha256: str) -> bool:
        """Whether the dataset is in memory now; MNIST is always taken to be."""
        return sha256 in self._kept or sha256 == MNIST_SHA256

    def get(self, sha256: str) -> Dataset:
        """Return a dataset by its sha256. Raises `DatasetError` if it is not there, or damaged."""
        dataset = self._kept.get(sha256) or self._load(sha256)
        with self._lock:
            self._kept[sha256] = dataset
            self._kept.move_to_end(sha256)
            while len(self._kept) > 1 and sum(_size(item) for item in self._kept.values()) > self._most_bytes:
                self._kept.popitem(last=False)
        return dataset


def _size(dataset: Dataset) -> int:
    return sum(array.nbytes for array in dataset.arrays.values())
