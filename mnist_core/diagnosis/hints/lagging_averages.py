"""Too few steps for batch normalisation: new images are read with moving averages that have not caught up."""

from __future__ import annotations

import math

from mnist_core.config import LIMITS, TrainConfig
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.text.sentence import sentence
from mnist_core.text.words import percent

MOMENTUM = 0.99
"""The share of its value that a moving average keeps in a step: Keras's default."""
CAUGHT_UP = 0.05
"""The largest share of the initial values that does no harm. It is reached after 299 steps."""
WORSE = 1.2
"""Times the training loss with the means of batches that the one with moving averages must be at least."""


def lagging_averages(facts: Facts) -> Hint | None:
    """Say how much of the initial values is left in the moving averages, and how many epochs would be enough.

    After early stopping, the network is not the one of the latest loss.
    """
    config, scores, steps = facts.run.config, facts.scores, facts.run.step
    left = MOMENTUM**steps
    if not config.batch_normalisation or facts.run.kept_weights:
        return None
    if not facts.finished or scores is None or left <= CAUGHT_UP or not facts.chunks:
        return None
    loss = facts.latest_loss
    epochs = _enough_epochs(config, facts.history.steps_per_epoch)
    if scores.training.loss < WORSE * loss or epochs is None:
        return None
    text = sentence(
        "A trained network uses moving averages in place of the means and variances of a batch. After "
        "{steps:,} steps, {left} of them are still initial values: the loss on the training images is "
        "{read:.3g} with them, and {trained:.3g} with those of each batch.",
        steps=steps,
        left=percent(left, 0),
        read=scores.training.loss,
        trained=loss,
    )
    return hint(sentence("Moving averages lag"), text, config, epochs=epochs)


def _enough_epochs(config: TrainConfig, steps_per_epoch: int) -> int | None:
    """Return after how many epochs the moving averages have caught up, as far as that is allowed."""
    epochs = math.ceil(math.log(CAUGHT_UP) / math.log(MOMENTUM) / steps_per_epoch)
    epochs = min(epochs, int(LIMITS["epochs"].high))
    return epochs if epochs > config.epochs else None
