"""The `Dataset`: images and labels, their checksum, and the preprocessing of the classic notebook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import UserError
from mnist_core.text.sentence import marked, sentence

IMAGE_SIZE = 28
PIXELS = IMAGE_SIZE * IMAGE_SIZE


class Checksum(NamedTuple):
    """Identifies the content of an array: its shape, and the sha256 of its bytes."""

    shape: tuple[int, ...]
    sha256: str


# The arrays as built from the four original idx files of LeCun, Cortes and Burges (the same as in Keras's mnist.npz).
MNIST_ARRAYS = {
    "x_train": Checksum((60000, 28, 28), "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757"),
    "y_train": Checksum((60000,), "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"),
    "x_test": Checksum((10000, 28, 28), "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"),
    "y_test": Checksum((10000,), "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5"),
}


DIGITS = tuple("0123456789")
MNIST = "mnist"


class DatasetError(UserError):
    """A dataset that is missing, damaged or unknown. The text says how to restore it."""


def content_sha256(arrays: Mapping[str, Checksum], class_names: tuple[str, ...]) -> str:
    """Return the sha256 that identifies a dataset, over its arrays' shapes and checksums and its class names."""
    content = {key: [list(checksum.shape), checksum.sha256] for key, checksum in arrays.items()}
    return hashlib.sha256(json.dumps([content, class_names], sort_keys=True).encode()).hexdigest()


MNIST_SHA256 = content_sha256(MNIST_ARRAYS, DIGITS)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled images, split into a training and a test set. The arrays are read-only.

    `train_images` (n, 28, 28) and `test_images` (m, 28, 28) are uint8, 0 background to 255 ink;
    `train_labels` (n,) and `test_labels` (m,) are uint8 indices into `class_names`.
    """

    name: str
    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    class_names: tuple[str, ...]

    @property
    def noun(self) -> str:
        """The word for one of its classes in a sentence: "digit", or "class"."""
        return marked("digit") if self.class_names == DIGITS else marked("class")

    @property
    def thing(self) -> str:
        """What one of its images shows: "a digit", or "one of the 26 classes"."""
        if self.class_names == DIGITS:
            return sentence("a digit")
        return sentence("one of the {number} classes", number=len(self.class_names))

    @property
    def arrays(self) -> dict[str, NDArray[np.uint8]]:
        """The four arrays by their names in an npz file."""
        images_and_labels = (self.train_images, self.train_labels, self.test_images, self.test_labels)
        return dict(zip(MNIST_ARRAYS, images_and_labels, strict=True))

    @cached_property
    def sha256(self) -> str:
        """The dataset's identifier, see `content_sha256`. Takes 0.2 s for MNIST's 55 MB, once."""
        checksums = {key: checksum_of(array) for key, array in self.arrays.items()}
        return content_sha256(checksums, self.class_names)

    def split(self, name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return (images, labels) of the "train" or the "test" set."""
        if name == "train":
            return self.train_images, self.train_labels
        if name == "test":
            return self.test_images, self.test_labels
        raise ValueError(f"split must be 'train' or 'test', not {name!r}")


def checksum_of(array: NDArray[np.uint8]) -> Checksum:
    """Return the shape of an array and the sha256 of its bytes."""
    return Checksum(array.shape, hashlib.sha256(np.ascontiguousarray(array).data).hexdigest())


def flatten(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Preprocess as the classic notebook does: (n, 28, 28) uint8 -> (n, 784) float32 in [0, 1]."""
    return images.reshape(len(images), PIXELS).astype(np.float32) / np.float32(255)
