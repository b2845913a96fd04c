"""Validates datasets from outside, and reads npz files in the form that the program itself writes.

The files are not trusted, and nothing is unpickled. Sizes are checked before anything is unpacked. An error message
says what was expected. `data.uploads` reads all other forms of files.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Sequence
from typing import IO

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.dataset import IMAGE_SIZE, MNIST_ARRAYS, Dataset, DatasetError
from mnist_core.text.escape import clean, quoted

LARGEST = 200_000_000
"""Most bytes of all arrays together, unpacked: about 250,000 images. It also limits the size of an uploaded file."""
FEWEST_CLASSES, MOST_CLASSES = 2, 100
CLASS_NAME_LENGTH = 30
NAME_LENGTH = 60
EXPECTED_NPZ = (
    "The app expects the arrays x_train and x_test, images of the shape (n, 28, 28) and type uint8, 0 to 255, and "
    "y_train and y_test, a whole number from 0 on for each image."
)
_MARKUP = re.compile(r"[<>\[\]`$\\\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Characters that pages and charts might interpret as markup."""


class BadDatasetFile(DatasetError):
    """A file that cannot be used as a dataset. The text says what is wrong and what was expected."""


def from_npz(data: bytes, name: str, class_names: Sequence[str] = ()) -> Dataset:
    """Return the dataset in an npz file. Without `class_names`, those in the file are used. Raises `BadDatasetFile`."""
    arrays = read_npz(data, tuple(MNIST_ARRAYS), EXPECTED_NPZ, optional=("class_names",))
    own = arrays.get("class_names")
    if not class_names and own is not None and own.dtype.kind == "U" and own.ndim == 1:
        class_names = [clean(str(text), CLASS_NAME_LENGTH + 1) for text in own]
    return _dataset(arrays, name, class_names)


def read_npz(
    data: bytes, keys: Sequence[str], expected: str, largest: int = LARGEST, optional: Sequence[str] = ()
) -> dict[str, NDArray]:
    """Return the arrays `keys` of an npz file, and those of the `optional` ones that it has.

    Raises `BadDatasetFile`, with a text that ends with `expected`, for damaged files, missing arrays and arrays of more
    than `largest` bytes together.
    """
    if len(data) > largest:
        raise BadDatasetFile(f"The file is {len(data) / 1e6:,.0f} MB; at most {largest / 1e6:,.0f} MB are accepted.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            missing = [key for key in keys if f"{key}.npy" not in archive.namelist()]
            if missing:
                raise BadDatasetFile(f"The file has no array {' and no '.join(missing)}. {expected}")
            keys = [*keys, *(key for key in optional if f"{key}.npy" in archive.namelist())]
            if sum(archive.getinfo(f"{key}.npy").file_size for key in keys) > largest:
                raise BadDatasetFile(
                    f"The file unpacks to more than {largest / 1e6:,.0f} MB, the largest size that is accepted."
                )
            return {key: _read_npy(archive, key, expected) for key in keys}
    except BadDatasetFile:
        raise
    except Exception:  # zipfile and NumPy raise almost anything for damaged bytes: zlib.error, EOFError, TokenError
        raise BadDatasetFile(f"This is not an npz file, or it is damaged or cut off. {expected}") from None


def parse_class_names(text: str) -> tuple[str, ...]:
    """Return class names from a text, one per line or separated by commas; () for none."""
    names = (clean(name, CLASS_NAME_LENGTH + 1) for name in re.split(r"[,;\n]", text))
    return tuple(name for name in names if name)


def check_class_names(names: Sequence[str], needed: int) -> tuple[str, ...]:
    """Return the names. Raises `BadDatasetFile` if some are invalid, or fewer than `needed`."""
    if not FEWEST_CLASSES <= len(names) <= MOST_CLASSES or len(names) < needed:
        raise BadDatasetFile(
            f"There are {len(names)} class names, and the labels go up to {needed - 1}. The app expects one name "
            f"for each label from 0 on, {FEWEST_CLASSES} to {MOST_CLASSES} of them."
        )
    invalid = [name for name in names if not 0 < len(name) <= CLASS_NAME_LENGTH or _MARKUP.search(name)]
    if invalid or len(set(names)) < len(names):
        problem = f"{quoted(invalid[0])} is not a valid name" if invalid else "some are the same"
        raise BadDatasetFile(
            f"Class names must differ and have 1 to {CLASS_NAME_LENGTH} characters, no control characters and none of "
            f"<>[]`$\\ among them: {problem}."
        )
    return tuple(names)


def check_images(images: NDArray, key: str, expected: str = EXPECTED_NPZ) -> NDArray[np.uint8]:
    """Return (n, 28, 28) uint8 with n > 0, read-only. Raises `BadDatasetFile` for anything else."""
    if images.dtype != np.uint8 or images.shape[1:] != (IMAGE_SIZE, IMAGE_SIZE) or not len(images):
        raise BadDatasetFile(f"{key} has the shape {images.shape} and the type {images.dtype}. {expected}")
    images.flags.writeable = False
    return images


def check_labels(labels: NDArray, count: int, key: str, classes: int = MOST_CLASSES) -> NDArray[np.uint8]:
    """Return (count,) uint8 labels from 0 to `classes` - 1, read-only. Raises `BadDatasetFile` for anything else."""
    if labels.dtype.kind not in "iu" or labels.shape != (count,):
        raise BadDatasetFile(
            f"{key} has the shape {labels.shape} and the type {labels.dtype}; the app expects one whole number "
            f"for each of the {count:,} images."
        )
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        wrong = low if low < 0 else high
        raise BadDatasetFile(f"{key} has a label {wrong}; the app expects labels from 0 to {classes - 1}.")
    result = labels.astype(np.uint8)
    result.flags.writeable = False
    return result


def _dataset(arrays: dict[str, NDArray], name: str, class_names: Sequence[str]) -> Dataset:
    images = {key: check_images(arrays[key], key) for key in ("x_train", "x_test")}
    limit = len(class_names) or MOST_CLASSES
    train = check_labels(arrays["y_train"], len(images["x_train"]), "y_train", limit)
    test = check_labels(arrays["y_test"], len(images["x_test"]), "y_test", limit)
    classes = int(max(train.max(), test.max())) + 1
    if classes < FEWEST_CLASSES:
        raise BadDatasetFile("All labels are 0; at least two classes are needed to tell them apart.")
    names = check_class_names(class_names or [str(label) for label in range(classes)], classes)
    return Dataset(name, images["x_train"], train, images["x_test"], test, names)


def _read_npy(archive: zipfile.ZipFile, key: str, expected: str) -> NDArray:
    """Return one array. Its header is read first, and no more is unpacked than the header declares."""
    info = archive.getinfo(f"{key}.npy")
    with archive.open(info) as stream:
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read_header(stream)
        if dtype.hasobject:
            raise BadDatasetFile(f"{key} holds pickled Python objects, which are never unpacked here. {expected}")
        size = math.prod(shape) * dtype.itemsize
        if min(shape, default=1) < 0 or size > info.file_size:
            raise BadDatasetFile(f"{key} is damaged or cut off: it declares {size:,} bytes and has fewer. {expected}")
        data = _read_exactly(stream, size)
    if data is None:
        raise BadDatasetFile(f"{key} is damaged or cut off. {expected}")
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C").copy()


def _read_exactly(stream: IO[bytes], size: int) -> bytes | None:
    """Return `size` bytes, or None unless the stream ends after them (a zip member's CRC is checked at its end)."""
    data = stream.read(size)
    return data if len(data) == size and not stream.read(1) else None
