"""The weights began so small that the training hardly moved at first."""

from __future__ import annotations

from mnist_core.config import TrainConfig
from mnist_core.diagnosis.hints.corrections import initial_weights
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.text.sentence import sentence

LOOKED_AT = 0.25
"""The first part of the first epoch, in epochs, whose loss is compared with that of guessing."""
HARDLY_BEGUN = 0.9
"""Times the loss of guessing that the loss must be at least. With usual weights, it was 0.7."""


def small_weights(facts: Facts) -> Hint | None:
    """Say how long the loss stayed near that of guessing."""
    config = facts.run.config
    first = [chunk for chunk in facts.chunks if chunk.epochs <= LOOKED_AT]
    begun = facts.chunks and facts.chunks[-1].epochs >= LOOKED_AT
    if initial_weights(facts.run) != "too-small" or not first or not begun:
        return None
    loss = sum(chunk.loss * chunk.examples for chunk in first) / sum(chunk.examples for chunk in first)
    if loss < HARDLY_BEGUN * facts.loss_of_guessing:
        return None
    text = sentence(
        "Over the first quarter of the first epoch the training loss was {loss:.3g}; guessing gives "
        "{loss_of_guessing:.3g}. The weights began at a hundredth of what is usual, so every layer "
        "passes on hardly anything, of images and of corrections.",
        loss=loss,
        loss_of_guessing=facts.loss_of_guessing,
    )
    return hint(sentence("Weights too small"), text, config, initialisation=TrainConfig.initialisation)
