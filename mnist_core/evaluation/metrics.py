"""What a network gets right and wrong on labelled images: accuracy, confusion matrix, mispredictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SMALLEST_PROBABILITY = 1e-7
"""Keras's epsilon: a probability is clipped to it before its logarithm is taken."""


class Score(NamedTuple):
    """Mean sparse categorical cross-entropy (nats) and the fraction of right predictions, 0 to 1."""

    loss: float
    accuracy: float


class Measurement(NamedTuple):
    """How well a network reads the images that it learned from, and the test images where that was not known yet."""

    training: Score
    test: Score | None = None


@dataclass(frozen=True, eq=False)
class Mispredictions:
    """The wrongly read images, most confident errors first; all arrays have the same length."""

    indices: NDArray[np.intp]
    true: NDArray[np.uint8]
    predicted: NDArray[np.uint8]
    confidence: NDArray[np.floating]

    def only(self, true: int | None = None, predicted: int | None = None) -> Mispredictions:
        """Return those of one true class, of one predicted class, or of both; None stands for any."""
        chosen = np.ones(len(self.indices), dtype=bool)
        if true is not None:
            chosen &= self.true == true
        if predicted is not None:
            chosen &= self.predicted == predicted
        return Mispredictions(self.indices[chosen], self.true[chosen], self.predicted[chosen], self.confidence[chosen])


def score(probabilities: NDArray[np.floating], labels: NDArray[np.integer]) -> Score:
    """Score class probabilities (n, classes) against labels (n,)."""
    chosen = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    loss = -np.log(np.clip(chosen, SMALLEST_PROBABILITY, 1.0)).mean()
    return Score(float(loss), float((probabilities.argmax(axis=1) == labels).mean()))


def confusion_matrix(true: NDArray[np.integer], predicted: NDArray[np.integer], classes: int = 10) -> pd.DataFrame:
    """Count predictions: rows are true classes, columns predicted ones, as `pd.crosstab` lays them out.

    Unlike crosstab's, the table always has all `classes` rows and columns.
    """
    table = pd.crosstab(pd.Series(true, name="True"), pd.Series(predicted, name="Predicted"))
    every = range(classes)
    return table.reindex(index=every, columns=every, fill_value=0).rename_axis(index="True", columns="Predicted")


def class_metrics(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return precision, recall, F1 (each 0 to 1) and support for each class of the matrix.

    All three are NaN for a class without examples: how well it is read is not known. Else what is undefined is 0.
    """
    counts = matrix.to_numpy()
    right = np.diag(counts).astype(float)
    predicted, true = counts.sum(axis=0), counts.sum(axis=1)
    precision = np.divide(right, predicted, out=np.zeros_like(right), where=predicted > 0)
    recall = np.divide(right, true, out=np.zeros_like(right), where=true > 0)
    total = precision + recall
    f1 = np.divide(2 * precision * recall, total, out=np.zeros_like(right), where=total > 0)
    table = pd.DataFrame({"precision": precision, "recall": recall, "f1": f1, "support": true}, index=matrix.index)
    table.loc[true == 0, ["precision", "recall", "f1"]] = np.nan
    return table


def mispredictions(probabilities: NDArray[np.floating], labels: NDArray[np.integer]) -> Mispredictions:
    """Return every image whose most probable class is not its label; ties keep the order of the set."""
    predicted = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    confidence = probabilities[wrong, predicted[wrong]]
    wrong = wrong[np.argsort(-confidence, kind="stable")]
    return Mispredictions(
        wrong, labels[wrong].astype(np.uint8), predicted[wrong].astype(np.uint8), probabilities[wrong, predicted[wrong]]
    )


def top_confusions(matrix: pd.DataFrame, count: int = 5) -> list[tuple[int, int, int]]:
    """Return the most frequent errors as (true, predicted, how often), most frequent first."""
    errors = matrix.to_numpy().copy()
    np.fill_diagonal(errors, 0)
    order = np.argsort(-errors, axis=None, kind="stable")[:count]
    pairs = [divmod(int(flat), errors.shape[1]) for flat in order]
    return [(true, predicted, int(errors[true, predicted])) for true, predicted in pairs if errors[true, predicted]]
