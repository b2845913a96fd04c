"""Loads a dataset by name: MNIST, which comes with the program, or Fashion-MNIST, which is downloaded."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from mnist_core.data.dataset import DIGITS, MNIST, MNIST_ARRAYS, Dataset, DatasetError, checksum_of
from mnist_core.data.npz_archive import DamagedArchive, read_arrays

MNIST_PATH = Path(__file__).parents[1] / "assets" / "mnist.npz"


def load_dataset(name: str = "mnist") -> Dataset:
    """Load a dataset by name, "mnist" or "fashion-mnist"; its content is checked against known checksums.

    MNIST is read once per process. Fashion-MNIST is read each time, and downloaded if it is not in the folder for
    datasets yet. Uploaded datasets are in the run store, see `runs.dataset_store`.
    Raises `DatasetError` if the name is unknown, or if files are missing or damaged and cannot be downloaded.
    """
    if name == MNIST:
        return read_mnist(MNIST_PATH)
    from mnist_core.data.download import fetch  # imported here, because MNIST does not need it
    from mnist_core.data.fashion_mnist import FASHION_MNIST

    if name != FASHION_MNIST.name:
        raise DatasetError(f"There is no dataset named {name!r}. Known: {MNIST}, {FASHION_MNIST.name}.")
    return fetch(FASHION_MNIST)


@lru_cache(maxsize=1)
def read_mnist(path: Path) -> Dataset:
    """Read MNIST from an npz file with arrays x_train, y_train, x_test, y_test; the last result is cached.

    Raises `DatasetError` if the file is missing, unreadable, or not exactly MNIST.
    """
    restore = f"Restore it with: git checkout -- {path.name} (in {path.parent}), or install the project again."
    if not path.is_file():
        raise DatasetError(f"The MNIST images are missing: {path} does not exist. {restore}")
    try:
        found = read_arrays(path)
        arrays = {key: found[key] for key in MNIST_ARRAYS}
    except (DamagedArchive, OSError, KeyError) as error:
        raise DatasetError(f"The MNIST images are damaged: {path} cannot be read ({error}). {restore}") from error
    for key, array in arrays.items():
        if array.dtype != np.uint8 or checksum_of(array) != MNIST_ARRAYS[key]:
            raise DatasetError(f"The MNIST images are damaged: {key} in {path} has the wrong checksum. {restore}")
        array.flags.writeable = False
    return Dataset(MNIST, arrays["x_train"], arrays["y_train"], arrays["x_test"], arrays["y_test"], DIGITS)
