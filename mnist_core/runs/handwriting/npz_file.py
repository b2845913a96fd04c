"""Drawings of a handwriting set as an npz file, to be downloaded and imported again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE
from mnist_core.data.dataset_file import check_images, check_labels, read_npz
from mnist_core.runs.handwriting.records import MOST_DRAWINGS, Drawings
from mnist_core.text.sentence import marked

EXPECTED = marked(
    "The app expects the arrays images, of the shape (n, 28, 28) and the type uint8, where 0 is the background and 255 "
    "is full ink, and labels, with a whole number for each image."
)


def to_npz(drawings: Drawings, class_names: Sequence[str]) -> bytes:
    """Return the drawings as an npz file, without their owners."""
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {
        "images": drawings.images,
        "labels": drawings.labels,
        "class_names": np.array(class_names),
    }
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def from_npz(data: bytes) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return images (n, 28, 28) and labels (n,) of a file as `to_npz` writes it. Raises `BadDatasetFile` for others."""
    arrays = read_npz(data, ("images", "labels"), EXPECTED, largest=2 * MOST_DRAWINGS * IMAGE_SIZE**2)
    images = check_images(arrays["images"], "images", EXPECTED)
    return images, check_labels(arrays["labels"], len(images), "labels")
