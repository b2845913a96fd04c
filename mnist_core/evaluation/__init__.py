"""Evaluation of a network: scores, confusion matrix, mispredictions, attribution and similar training images."""

from mnist_core.evaluation.metrics import (
    Score,
    class_metrics,
    confusion_matrix,
    correct_predictions,
    mispredictions,
    most_confused_pairs,
    score,
    top_confusions,
)

__all__ = [
    "Score",
    "class_metrics",
    "confusion_matrix",
    "correct_predictions",
    "mispredictions",
    "most_confused_pairs",
    "score",
    "top_confusions",
]
