"""Metrics of predictions on labelled images: loss, accuracy, confusion matrix, metrics per class, mispredictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
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


def confusion_matrix(true: NDArray[np.integer], predicted: NDArray[np.integer], classes: int = 10) -> pd.DataFrame:
    """Count predictions: rows are true classes, columns predicted ones, as `pd.crosstab` lays them out.

    `true` and `predicted` (n,) are numbers of classes. Unlike crosstab's, the table always has all `classes` rows and
    columns.
    """
    cells = classes * np.asarray(true, dtype=np.intp) + np.asarray(predicted, dtype=np.intp)
    counts = np.bincount(cells, minlength=classes**2).reshape(classes, classes)
    every = pd.RangeIndex(classes)
    return pd.DataFrame(counts, every.rename("True"), every.rename("Predicted"))


def class_metrics(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return precision, recall, F1 (each 0 to 1) and support for each class of the matrix.

    All three are NaN for a class without examples. Otherwise, undefined values are 0.
    """
    counts = matrix.to_numpy()
    correct = np.diag(counts).astype(float)
    predicted, true = counts.sum(axis=0), counts.sum(axis=1)
    precision = np.divide(correct, predicted, out=np.zeros_like(correct), where=predicted > 0)
    recall = np.divide(correct, true, out=np.zeros_like(correct), where=true > 0)
    total = precision + recall
    f1 = np.divide(2 * precision * recall, total, out=np.zeros_like(correct), where=total > 0)
    for values in (precision, recall, f1):
        values[true == 0] = np.nan
    return pd.DataFrame({"precision": precision, "recall": recall, "f1": f1, "support": true}, index=matrix.index)


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


def top_confusions(matrix: pd.DataFrame, count: int = 5) -> list[tuple[int, int, int]]:
    """Return the most frequent errors as (true, predicted, how often), most frequent first."""
    errors = matrix.to_numpy().copy()
    np.fill_diagonal(errors, 0)
    order = np.argsort(-errors, axis=None, kind="stable")[:count]
    pairs = [divmod(int(flat), errors.shape[1]) for flat in order]
    return [(true, predicted, int(errors[true, predicted])) for true, predicted in pairs if errors[true, predicted]]


def most_confused_pairs(matrix: pd.DataFrame) -> tuple[int, list[tuple[int, int]]]:
    """Return the largest number of errors between two classes, in both directions together, and the pairs that have it.

    Each pair begins with the lower class. Without errors, the number is 0 and there are no pairs.
    """
    errors = np.triu(matrix.to_numpy() + matrix.to_numpy().T, k=1)
    most = int(errors.max(initial=0))
    return most, [(int(one), int(other)) for one, other in np.argwhere(errors == most)] if most else []
