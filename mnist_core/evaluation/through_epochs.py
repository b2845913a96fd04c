"""How the reading of the test images changes from epoch to epoch: which images are learned, forgotten, never read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.ended_epoch import EpochPredictions

Indices = NDArray[np.intp]


class EpochChanges(NamedTuple):
    """What the predictions after an epoch are, and how they differ from those before; arrays of image numbers.

    `matrix` (classes, classes) int64 counts the images by true class (rows) and predicted class. The `misread` images
    are ordered by their confidence, largest first. `learned` are those that were misread after the epoch before and are
    read correctly now, `first_right` those that never were before: the most confident errors of before come first, and
    after the first epoch the least confident ones of now. `forgotten` are the opposite of learned, `never_right` are
    those that no epoch so far has read correctly, both by the confidence of the error.
    """

    epoch: int
    matrix: NDArray[np.int64]
    misread: Indices
    learned: Indices
    forgotten: Indices
    first_right: Indices
    never_right: Indices


def changes_of(
    predictions: Sequence[EpochPredictions], labels: NDArray[np.integer], classes: int
) -> list[EpochChanges]:
    """Return the changes from epoch to epoch for predictions in their order, of images with these labels (n,)."""
    changes = []
    ever = np.zeros(len(labels), dtype=bool)
    before: EpochPredictions | None = None
    for now in predictions:
        right = now.predicted == labels
        was_right = np.zeros_like(right) if before is None else before.predicted == labels
        errors_before = 255 - now.confidence if before is None else before.confidence
        nothing = np.zeros_like(right)
        changes.append(
            EpochChanges(
                now.epoch,
                counts(now.predicted, labels, classes),
                strongest_first(~right, now.confidence),
                strongest_first(nothing if before is None else right & ~was_right, errors_before),
                strongest_first(~right & was_right, now.confidence),
                strongest_first(right & ~ever, errors_before),
                strongest_first(~right & ~ever, now.confidence),
            )
        )
        ever, before = ever | right, now
    return changes


def counts(predicted: NDArray[np.integer], labels: NDArray[np.integer], classes: int) -> NDArray[np.int64]:
    """Return the confusion matrix (classes, classes): rows are true classes, columns predicted ones."""
    return np.bincount(labels.astype(np.int64) * classes + predicted, minlength=classes**2).reshape(classes, classes)


def strongest_first(chosen: NDArray[np.bool_], strength: NDArray[np.uint8]) -> Indices:
    """Return the numbers of the chosen images (n,), by falling strength (n,). Ties keep the order of the set."""
    found = np.flatnonzero(chosen)
    return found[np.argsort(255 - strength[found], kind="stable")]
