"""The weights began so large that the network was sure of wrong answers."""

from __future__ import annotations

from mnist_core.config import TrainConfig
from mnist_core.diagnosis.hints.corrections import initial_weights
from mnist_core.diagnosis.hints.facts import OVERSHOT, Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.text.sentence import sentence


def large_weights(facts: Facts) -> Hint | None:
    """Say how far above guessing the training began."""
    if initial_weights(facts.run) != "too-large" or not facts.chunks:
        return None
    loss = facts.chunks[0].loss
    if loss <= OVERSHOT * facts.loss_of_guessing:
        return None
    text = sentence(
        "The training loss began at {loss:,.3g}; guessing gives {loss_of_guessing:.3g}. The weights "
        "began five times as large as usual, so the network was sure of wrong answers before it had "
        "learned anything.",
        loss=loss,
        loss_of_guessing=facts.loss_of_guessing,
    )
    return hint(sentence("Weights too large"), text, facts.run.config, initialisation=TrainConfig.initialisation)
