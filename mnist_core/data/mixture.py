"""A dataset with the drawings of people among its training images, repeated so often that a few dozen count.

The repetitions are distorted as *Augment* distorts (see `augmentation`). They are made once and kept as they are, so
that a run learns from the very same images whenever and wherever it goes on.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.augmentation import sources
from mnist_core.data.dataset import IMAGE_SIZE, PIXELS, Dataset, DatasetError
from mnist_core.data.dataset_file import check_images, check_labels, read_npz

SHARE = 0.1
"""Drawings and their repetitions make up about so much beside the other training images."""
MOST_REPETITIONS = 100
_EXPECTED = "Expected are images (n, 28, 28) of bytes and a label for each."


@dataclass(frozen=True, eq=False)
class Extra:
    """More training images (n, 28, 28) uint8 with labels (n,) uint8; the first `originals` are the drawings."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    originals: int

    def to_bytes(self) -> bytes:
        """Return it as an npz file."""
        buffer = io.BytesIO()
        originals = np.array([self.originals])
        np.savez_compressed(buffer, allow_pickle=False, images=self.images, labels=self.labels, originals=originals)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Extra:
        """Read what `to_bytes` wrote. Raises `BadDatasetFile` if it is damaged."""
        arrays = read_npz(data, ("images", "labels", "originals"), _EXPECTED)
        images = check_images(arrays["images"], "images", _EXPECTED)
        return cls(images, check_labels(arrays["labels"], len(images), "labels"), int(arrays["originals"][0]))


def repetitions(drawings: int, train_images: int) -> int:
    """Return how often each drawing is there beside `train_images` others, itself included."""
    return int(np.clip(SHARE * train_images // max(1, drawings), 1, MOST_REPETITIONS))


def repeated(images: NDArray[np.uint8], labels: NDArray[np.uint8], train_images: int) -> Extra:
    """Return drawings (n, 28, 28) with their distorted repetitions, to go beside `train_images` others.

    Raises `DatasetError` if there are none.
    """
    if not len(images):
        raise DatasetError("There are no drawings to learn from yet. Draw some on the Draw page and say what they are.")
    times = repetitions(len(images), train_images)
    which = np.tile(np.arange(len(images)), times - 1)
    shares = np.random.default_rng(len(images)).uniform(-1, 1, (len(which), 6))
    framed = np.pad(images.reshape(len(images), PIXELS), ((0, 0), (0, 1)))  # the last column is what lies outside
    copies = framed[which[:, None], sources(*shares.T)].reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
    return Extra(np.concatenate([images, copies]), np.tile(labels, times).astype(np.uint8), len(images))


def mixed(base: Dataset, extra: Extra, name: str) -> Dataset:
    """Return `base` with more training images after its own. Raises `DatasetError` if labels do not fit its classes."""
    if int(extra.labels.max()) >= len(base.class_names):
        raise DatasetError(f"Some drawings belong to none of the {len(base.class_names)} classes of {base.name}.")
    images = np.concatenate([base.train_images, extra.images])
    labels = np.concatenate([base.train_labels, extra.labels])
    for array in (images, labels):
        array.flags.writeable = False
    return replace(base, name=name, train_images=images, train_labels=labels)
