"""A dataset with drawings added to its training images, repeated so that a few dozen drawings have an effect.

The copies are distorted like those of *Augment* (see `augmentation`). They are created once and stored, so that a run
learns from exactly the same images whenever and wherever it is resumed.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.augmentation import source_pixels
from mnist_core.data.dataset import IMAGE_SIZE, PIXELS, Dataset, DatasetError
from mnist_core.data.dataset_file import check_images, check_labels, read_npz

DRAWINGS_FRACTION = 0.1
"""Drawings and their copies, as a fraction of the other training images."""
MOST_REPETITIONS = 100
_EXPECTED = "The app expects images (n, 28, 28) of bytes and a label for each."


@dataclass(frozen=True, eq=False)
class ExtraImages:
    """Additional training images (n, 28, 28) uint8 with labels (n,) uint8; the first `originals` are the drawings."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    originals: int

    def to_bytes(self) -> bytes:
        """Return the images as an npz file."""
        buffer = io.BytesIO()
        originals = np.array([self.originals])
        np.savez_compressed(buffer, allow_pickle=False, images=self.images, labels=self.labels, originals=originals)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> ExtraImages:
        """Read what `to_bytes` wrote. Raises `BadDatasetFile` if it is damaged."""
        arrays = read_npz(data, ("images", "labels", "originals"), _EXPECTED)
        images = check_images(arrays["images"], "images", _EXPECTED)
        return cls(images, check_labels(arrays["labels"], len(images), "labels"), int(arrays["originals"][0]))


def copies_per_drawing(drawings: int, train_images: int) -> int:
    """Return how many times each drawing occurs, itself included, among `train_images` other images."""
    return int(np.clip(DRAWINGS_FRACTION * train_images // max(1, drawings), 1, MOST_REPETITIONS))


def with_copies(images: NDArray[np.uint8], labels: NDArray[np.uint8], train_images: int) -> ExtraImages:
    """Return drawings (n, 28, 28) followed by their distorted copies, to be added to `train_images` other images.

    Raises `DatasetError` if there are no drawings.
    """
    if not len(images):
        raise DatasetError("There are no drawings to learn from yet. Draw some on the Draw page and say what they are.")
    times = copies_per_drawing(len(images), train_images)
    which = np.tile(np.arange(len(images)), times - 1)
    shares = np.random.default_rng(len(images)).uniform(-1, 1, (len(which), 6))
    framed = np.pad(images.reshape(len(images), PIXELS), ((0, 0), (0, 1)))  # the last column: outside the image
    copies = framed[which[:, None], source_pixels(*shares.T)].reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
    return ExtraImages(np.concatenate([images, copies]), np.tile(labels, times).astype(np.uint8), len(images))


def with_extra_images(base: Dataset, extra: ExtraImages, name: str) -> Dataset:
    """Return `base` with `extra` appended to its training images. Raises `DatasetError` if labels have no class."""
    if int(extra.labels.max()) >= len(base.class_names):
        raise DatasetError(
            "Some drawings belong to none of the {class_names} classes of {name}.",
            class_names=len(base.class_names),
            name=base.name,
        )
    images = np.concatenate([base.train_images, extra.images])
    labels = np.concatenate([base.train_labels, extra.labels])
    for array in (images, labels):
        array.flags.writeable = False
    return replace(base, name=name, train_images=images, train_labels=labels)
