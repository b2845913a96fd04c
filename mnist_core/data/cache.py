"""An LRU cache of datasets in memory, limited by the size of their images."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from mnist_core.data.dataset import MNIST_SHA256, Dataset

MOST_BYTES = 400_000_000
"""Most bytes of all cached images; one dataset always stays. MNIST's arrays take no extra memory, as `read_mnist`
keeps them anyway."""


class DatasetCache:
    """Loads each dataset once, and again only after it has been evicted. Thread-safe."""

    def __init__(self, load: Callable[[str], Dataset], most_bytes: int = MOST_BYTES) -> None:
        """`load` returns a dataset by its sha256, as `runs.DatasetStore.load` does."""
        self._load, self._most_bytes = load, most_bytes
        self._cache: OrderedDict[str, Dataset] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, sha256: str) -> bool:
        """Whether the dataset is in memory; always true for MNIST."""
        return sha256 in self._cache or sha256 == MNIST_SHA256

    def get(self, sha256: str) -> Dataset:
        """Return a dataset by its sha256. Raises `DatasetError` if it is missing or damaged."""
        dataset = self._cache.get(sha256) or self._load(sha256)
        with self._lock:
            self._cache[sha256] = dataset
            self._cache.move_to_end(sha256)
            while len(self._cache) > 1 and sum(_size(item) for item in self._cache.values()) > self._most_bytes:
                self._cache.popitem(last=False)
        return dataset


def _size(dataset: Dataset) -> int:
    return sum(array.nbytes for array in dataset.arrays.values())
