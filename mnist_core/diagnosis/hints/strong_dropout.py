"""Dropout hinders the training although there is no overfitting that it could reduce."""

from __future__ import annotations

import math

from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.diagnosis.outcome import chance_gap
from mnist_core.text.sentence import Sentence, sentence
from mnist_core.text.words import percent

HINDERED = 2.0
"""Times the loss without dropout that the loss with it must be at least."""
GAP = 0.005
"""The largest difference between training and test accuracy that is no overfitting; one that may be chance is none."""


def strong_dropout(facts: Facts) -> Hint | None:
    """Say what dropout costs, from the same training images read with it and without it.

    With label noise, the training accuracy tells nothing about overfitting. With augmentation, distorted copies raise
    the loss as well. After early stopping, the network is not the one of the latest loss.
    """
    scores, config = facts.scores, facts.run.config
    if not config.dropout or config.label_noise or config.augment or facts.run.kept_weights:
        return None
    if not facts.finished or scores is None or not facts.chunks:
        return None
    loss = facts.latest_loss
    gap = scores.training.accuracy - scores.new.accuracy
    if loss < HINDERED * scores.training.loss or gap > max(GAP, chance_gap(scores)):
        return None
    text = sentence(
        "With {dropout} of the units switched off, the training loss is {loss:.3g}; without dropout it "
        "is {without:.3g}. There is hardly any overfitting to prevent: {accuracy} of the training images "
        "and {new} of the {kind} images are classified correctly.",
        dropout=percent(config.dropout, 0),
        loss=loss,
        without=scores.training.loss,
        accuracy=percent(scores.training.accuracy),
        new=percent(scores.new.accuracy),
        kind=Sentence(scores.kind),
    )
    return hint(sentence("Dropout too strong"), text, config, dropout=_half(config.dropout))


def _half(dropout: float) -> float:
    """Return half of it, rounded down to a tenth: half of 0.1 is none."""
    return math.floor(5 * dropout) / 10
