"""Reads idx files, the format of MNIST and EMNIST, under any names that say what they hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import PurePosixPath

import numpy as np

from mnist_core.data.dataset_file import BadDatasetFile
from mnist_core.data.uploads.array_in_file import ArrayInFile
from mnist_core.data.uploads.array_names import Split, split_of
from mnist_core.data.uploads.upload import SplitArrays, assign_splits
from mnist_core.text.escape import quoted

EXPECTED = (
    "The app expects idx files as MNIST and EMNIST have them, packed with gzip or not: training images and labels, "
    "with train in their names, and preferably also test images and labels, with t10k or test in their names."
)
TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""NumPy's types by the third byte of a file (Y. LeCun, "The MNIST database", on the format)."""
_MOST_DIMENSIONS = 4


def looks_like_idx(data: bytes) -> bool:
    """Whether a file begins as an idx file does: two zeros, a type, and a number of dimensions."""
    return data[:2] == b"\x00\x00" and len(data) >= 8 and data[2] in TYPES and 1 <= data[3] <= _MOST_DIMENSIONS


def splits_in(files: Mapping[str, bytes]) -> list[SplitArrays]:
    """Return the splits in the files (unpacked). Raises `BadDatasetFile` if they are incomplete or ambiguous."""
    arrays: dict[tuple[Split, bool], ArrayInFile] = {}
    for name, data in files.items():
        array = _array(name, data)
        key = (split_of(PurePosixPath(name).name), len(array.shape) > 1)
        if key in arrays:
            what = "images" if key[1] else "labels"
            raise BadDatasetFile(
                f"{arrays[key].title} and {array.title} both hold {what}, and their names do not tell the sets apart. "
                f"{EXPECTED}"
            )
        arrays[key] = array
    return assign_splits([_pair(arrays, split) for split in dict.fromkeys(split for split, _ in arrays)])


def _pair(arrays: Mapping[tuple[Split, bool], ArrayInFile], split: Split) -> SplitArrays:
    images, labels = arrays.get((split, True)), arrays.get((split, False))
    if images and labels:
        return SplitArrays(split, images, labels)
    single = next(array for array in (images, labels) if array)
    has, lacks = ("images", "labels") if images else ("labels", "images")
    raise BadDatasetFile(f"{single.title} holds {has}, and no file holds the {lacks} for them. {EXPECTED}")


def _array(file_name: str, data: bytes) -> ArrayInFile:
    title = quoted(file_name)
    if not looks_like_idx(data):
        raise BadDatasetFile(f"{title} is not an idx file, or it is damaged. {EXPECTED}")
    dtype, dimensions = np.dtype(TYPES[data[2]]), data[3]
    start = 4 + 4 * dimensions
    shape = tuple(int.from_bytes(data[at : at + 4], "big") for at in range(4, start, 4))
    declared, actual = math.prod(shape), max(0, len(data) - start) / dtype.itemsize
    if declared != actual:
        raise BadDatasetFile(
            f"{title} is damaged or cut off: it declares {declared:,} numbers and has {actual:,.10g}. {EXPECTED}"
        )
    numbers = np.frombuffer(data, dtype, offset=start).reshape(shape)
    return ArrayInFile.of(PurePosixPath(file_name).name, title, numbers)
