"""The confusion matrix of predictions, and what it says: metrics per class, the most frequent errors.

These are tables of pandas, which workers do without.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray


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
