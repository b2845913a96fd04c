"""What the images of a class have in common, and which of them stand out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def class_averages(images: NDArray[np.uint8], labels: NDArray[np.integer], classes: int = 10) -> NDArray[np.uint8]:
    """Return the mean image of each class, rounded: (classes, 28, 28) uint8; black for a class without images."""
    averages = np.zeros((classes, *images.shape[1:]), dtype=np.uint8)
    for label in np.unique(labels):
        averages[label] = np.rint(images[labels == label].mean(axis=0, dtype=np.float32))
    return averages


def class_spreads(images: NDArray[np.uint8], labels: NDArray[np.integer], classes: int = 10) -> NDArray[np.uint8]:
    """Return each pixel's standard deviation within each class, doubled (it is at most 127.5): (classes, 28, 28)."""
    spreads = np.zeros((classes, *images.shape[1:]), dtype=np.uint8)
    for label in np.unique(labels):
        spreads[label] = np.rint(2 * images[labels == label].std(axis=0, dtype=np.float32))
    return spreads


def by_typicality(images: NDArray[np.uint8], labels: NDArray[np.integer], label: int) -> NDArray[np.intp]:
    """Return the indices of a class's images (n, 28, 28), those most like the average first, the oddest last.

    None if the class has none. Alike is what has a small Euclidean distance, pixel by pixel.
    """
    which = np.flatnonzero(labels == label)
    if not len(which):
        return which
    pixels = images[which].reshape(len(which), -1).astype(np.float32)
    distances = np.linalg.norm(pixels - pixels.mean(axis=0), axis=1)
    return which[np.argsort(distances, kind="stable")]


def sample_per_class(
    labels: NDArray[np.integer], count: int, rng: np.random.Generator, classes: int = 10
) -> NDArray[np.intp]:
    """Return indices (n,), class after class: `count` different random examples of each, all of a class with fewer."""
    places = [np.flatnonzero(labels == label) for label in range(classes)]
    return np.concatenate([rng.choice(these, min(count, len(these)), replace=False) for these in places])
