"""Statistics of the images of each class: mean, standard deviation, and how typical an image is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def class_means(images: NDArray[np.uint8], labels: NDArray[np.integer], classes: int = 10) -> NDArray[np.uint8]:
    """Return the mean image of each class, rounded: (classes, 28, 28) uint8; black for a class without images."""
    averages = np.zeros((classes, *images.shape[1:]), dtype=np.uint8)
    for label in np.unique(labels):
        averages[label] = np.rint(images[labels == label].mean(axis=0, dtype=np.float32))
    return averages


def class_deviations(images: NDArray[np.uint8], labels: NDArray[np.integer], classes: int = 10) -> NDArray[np.uint8]:
    """Return each pixel's standard deviation within each class, doubled (it is at most 127.5): (classes, 28, 28)."""
    deviations = np.zeros((classes, *images.shape[1:]), dtype=np.uint8)
    for label in np.unique(labels):
        deviations[label] = np.rint(2 * images[labels == label].std(axis=0, dtype=np.float32))
    return deviations


def sorted_by_typicality(images: NDArray[np.uint8], labels: NDArray[np.integer], label: int) -> NDArray[np.intp]:
    """Return the indices of a class's images (n, 28, 28), sorted by Euclidean distance to their mean, nearest first.

    Empty if the class has no images.
    """
    indices = np.flatnonzero(labels == label)
    if not len(indices):
        return indices
    pixels = images[indices].reshape(len(indices), -1).astype(np.float32)
    distances = np.linalg.norm(pixels - pixels.mean(axis=0), axis=1)
    return indices[np.argsort(distances, kind="stable")]


def sample_per_class(
    labels: NDArray[np.integer], count: int, rng: np.random.Generator, classes: int = 10
) -> NDArray[np.intp]:
    """Return indices (n,), class after class: `count` random examples of each, or all if the class has fewer."""
    of_each_class = [np.flatnonzero(labels == label) for label in range(classes)]
    return np.concatenate([rng.choice(these, min(count, len(these)), replace=False) for these in of_each_class])
