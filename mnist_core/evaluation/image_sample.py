"""The test images that are read while a network is trained: a sample of them, and a dozen to be shown.

The choice depends on the dataset alone, so that all its runs are seen at the same images.
"""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import PIXELS, Dataset
from mnist_core.data.class_statistics import class_means

SIZE = 1000
"""Reading so many takes 2 ms with 256 units; all 10,000 of MNIST would take 30."""
SHOWN = 12
CLASS_STEP = 3
"""From one shown image to the next, so that neighbours are of different kinds: 0, 3, 6, 9, 2, 5, 8, 1, ..."""
MEANS_FROM = 10
"""Every tenth training image is enough to tell what a class looks like in the mean."""


class ImageSample(NamedTuple):
    """Evenly spaced test images (n, 28, 28) uint8 with their labels (n,), and which to show.

    `indices` (n,) are their places in the test set; `shown` (at most 12,) are places in the sample, from the image that
    is easiest to tell to the hardest.
    """

    indices: NDArray[np.intp]
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    shown: NDArray[np.intp]

    def mistakes(self, probabilities: NDArray[np.floating]) -> int:
        """Return for how many of the images the most probable class (n, classes) is not the label."""
        return int((probabilities.argmax(axis=1) != self.labels).sum())


_samples: WeakKeyDictionary[Dataset, ImageSample] = WeakKeyDictionary()


def sample_of(dataset: Dataset) -> ImageSample:
    """Return the sample of a dataset's test images: some 30 ms at the first call for a dataset."""
    if dataset not in _samples:
        _samples[dataset] = _sample(dataset)
    return _samples[dataset]


def _sample(dataset: Dataset) -> ImageSample:
    every = -(-len(dataset.test_images) // SIZE)
    images, labels = dataset.test_images[::every], dataset.test_labels[::every]
    shown = _from_easy_to_hard(_margins(dataset, images, labels), labels)
    return ImageSample(np.arange(0, len(dataset.test_images), every), images, labels, shown)


def _margins(dataset: Dataset, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return by how much each image is nearer to the mean of its own class than to that of any other, squared (n,).

    This is the classifier of the nearest mean: it errs where the margin is below 0.
    """
    classes = len(dataset.class_names)
    means = class_means(dataset.train_images[::MEANS_FROM], dataset.train_labels[::MEANS_FROM], classes)
    centres = means.reshape(classes, PIXELS).astype(np.float32)
    distances = (centres**2).sum(axis=1) - 2 * images.reshape(-1, PIXELS).astype(np.float32) @ centres.T
    rows = np.arange(len(labels))
    own = distances[rows, labels]
    distances[rows, labels] = np.inf
    return distances.min(axis=1) - own


def _from_easy_to_hard(margins: NDArray[np.float32], labels: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Choose `SHOWN` places: the classes take turns, and half of the choice is among the hardest sixth of its class.

    A network reads easy images right after a few steps, and goes on learning from the hard ones.
    """
    present, ranked = np.unique(labels), np.argsort(-margins, kind="stable")
    chosen: list[int] = []
    for number in range(min(SHOWN, len(labels))):
        label = present[CLASS_STEP * number % len(present)]
        left = ranked[~np.isin(ranked, chosen)]
        own = left[labels[left] == label]
        candidates = own if len(own) else left
        hardness = 1 - (1 - number / (SHOWN - 1)) ** 3
        chosen.append(int(candidates[round(hardness * (len(candidates) - 1))]))
    return np.array(chosen, dtype=np.intp)
