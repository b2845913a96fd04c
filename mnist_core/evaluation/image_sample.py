"""The sample of test images that is evaluated while a network trains, and the dozen of them that is shown.

The choice depends on the dataset alone, so all its runs use the same images.
"""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import PIXELS, Dataset
from mnist_core.data.class_statistics import class_means

SIZE = 1000
"""Largest number of images. Evaluating them takes 2 ms with 256 units, all 10,000 of MNIST would take 30."""
SHOWN = 12
CLASS_STEP = 3
"""Step from the class of one shown image to the next, so that neighbours look different: 0, 3, 6, 9, 2, 5, 8, 1, …"""
MEANS_STRIDE = 10
"""Every tenth training image is enough for the mean image of a class."""


class ImageSample(NamedTuple):
    """Evenly spaced test images (n, 28, 28) uint8 with their labels (n,).

    `indices` (n,) are their positions in the test set. `shown` (at most 12,) are the positions in the sample of the
    images to show, from the easiest to the hardest.
    """

    indices: NDArray[np.intp]
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    shown: NDArray[np.intp]

    def mistakes(self, probabilities: NDArray[np.floating]) -> int:
        """Return the number of images whose most probable class, by `probabilities` (n, classes), is not the label."""
        return int((probabilities.argmax(axis=1) != self.labels).sum())


_samples: WeakKeyDictionary[Dataset, ImageSample] = WeakKeyDictionary()


def sample_of(dataset: Dataset) -> ImageSample:
    """Return the sample of a dataset's test images. The first call for a dataset takes about 30 ms."""
    if dataset not in _samples:
        _samples[dataset] = _sample(dataset)
    return _samples[dataset]


def _sample(dataset: Dataset) -> ImageSample:
    stride = -(-len(dataset.test_images) // SIZE)
    images, labels = dataset.test_images[::stride], dataset.test_labels[::stride]
    shown = _from_easy_to_hard(_margins(dataset, images, labels), labels)
    return ImageSample(np.arange(0, len(dataset.test_images), stride), images, labels, shown)


def _margins(dataset: Dataset, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return each image's margin (n,): its squared distance to the nearest mean of another class minus that to its own.

    The nearest-mean classifier misclassifies images with a margin below 0.
    """
    classes = len(dataset.class_names)
    means = class_means(dataset.train_images[::MEANS_STRIDE], dataset.train_labels[::MEANS_STRIDE], classes)
    centres = means.reshape(classes, PIXELS).astype(np.float32)
    distances = (centres**2).sum(axis=1) - 2 * images.reshape(-1, PIXELS).astype(np.float32) @ centres.T
    rows = np.arange(len(labels))
    own = distances[rows, labels]
    distances[rows, labels] = np.inf
    return distances.min(axis=1) - own


def _from_easy_to_hard(margins: NDArray[np.float32], labels: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Choose the positions of `SHOWN` images. The classes alternate, and half of the images are hard for their class.

    A network reads easy images correctly after a few steps, and continues to improve on the hard ones.
    """
    present, ranked = np.unique(labels), np.argsort(-margins, kind="stable")
    step = CLASS_STEP if len(present) % CLASS_STEP else 1  # so that every class has its turn
    chosen: list[int] = []
    for number in range(min(SHOWN, len(labels))):
        label = present[step * number % len(present)]
        left = ranked[~np.isin(ranked, chosen)]
        own = left[labels[left] == label]
        candidates = own if len(own) else left
        hardness = 1 - (1 - number / (SHOWN - 1)) ** 3
        chosen.append(int(candidates[round(hardness * (len(candidates) - 1))]))
    return np.array(chosen, dtype=np.intp)
