"""Metrics of predictions on labelled images: loss, accuracy, mispredictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SMALLEST_PROBABILITY = 1e-7
"""Keras's epsilon: a probability is clipped to it before its logarithm is taken."""


class Score(NamedTuple):
    """Mean sparse categorical cross-entropy (nats), and accuracy: the fraction of correct predictions, 0 to 1."""

    loss: float
    accuracy: float


class Measurement(NamedTuple):
    """The scores on the training images and, if these were evaluated as well, on the test and validation images."""

    training: Score
    test: Score | None = None
    validation: Score | None = None


@dataclass(frozen=True, eq=False)
class Predictions:
    """The predictions for some of the images; all arrays have the same length.

    `indices` are positions in the set of images, `confidence` is the probability of the predicted class, 0 to 1.
    """

    indices: NDArray[np.intp]
    true: NDArray[np.uint8]
    predicted: NDArray[np.uint8]
    confidence: NDArray[np.floating]

    def only(self, true: int | None = None, predicted: int | None = None) -> Predictions:
        """Return those with one true class, one predicted class, or both; None means any."""
        chosen = np.ones(len(self.indices), dtype=bool)
        if true is not None:
            chosen &= self.true == true
        if predicted is not None:
            chosen &= self.predicted == predicted
        return Predictions(self.indices[chosen], self.true[chosen], self.predicted[chosen], self.confidence[chosen])


def score(probabilities: NDArray[np.floating], labels: NDArray[np.integer]) -> Score:
    """Score class probabilities (n, classes) against labels (n,)."""
    chosen = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    loss = -np.log(np.clip(chosen, SMALLEST_PROBABILITY, 1.0)).mean()
    return Score(float(loss), float((probabilities.argmax(axis=1) == labels).mean()))


def mispredictions(probabilities: NDArray[np.floating], labels: NDArray[np.integer]) -> Predictions:
    """Return every image whose most probable class is not its label, the most confident errors first.

    `probabilities` (n, classes), `labels` (n,); ties keep the order of the set.
    """
    predicted = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    order = np.argsort(-probabilities[wrong, predicted[wrong]], kind="stable")
    return _predictions(wrong[order], probabilities, labels)


def correct_predictions(probabilities: NDArray[np.floating], labels: NDArray[np.integer], label: int) -> Predictions:
    """Return every image of one class whose most probable class is its label, the least confident first.

    `probabilities` (n, classes), `labels` (n,); ties keep the order of the set.
    """
    predicted = probabilities.argmax(axis=1)
    right = np.flatnonzero((predicted == label) & (labels == label))
    order = np.argsort(probabilities[right, label], kind="stable")
    return _predictions(right[order], probabilities, labels)


def _predictions(
    indices: NDArray[np.intp], probabilities: NDArray[np.floating], labels: NDArray[np.integer]
) -> Predictions:
    predicted = probabilities[indices].argmax(axis=1)
    confidence = probabilities[indices, predicted]
    return Predictions(indices, labels[indices].astype(np.uint8), predicted.astype(np.uint8), confidence)
