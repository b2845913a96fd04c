"""Evaluation of a network: scores, mispredictions, attribution and similar training images."""

from mnist_core.evaluation.metrics import Score, correct_predictions, mispredictions, score

__all__ = ["Score", "correct_predictions", "mispredictions", "score"]
