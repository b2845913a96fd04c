"""All weights began at 0: the units of a layer are alike, and stay so."""

from __future__ import annotations

import numpy as np

from mnist_core.config import TrainConfig
from mnist_core.diagnosis.hints.corrections import initial_weights
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.diagnosis.hints.stuck import latest_accuracy
from mnist_core.text.sentence import sentence
from mnist_core.text.words import percent

NOT_ZERO_AT_ZERO = ("sigmoid",)
"""Activations whose output for an input of 0 is not 0, so that the last layer learns something."""


def zero_weights(facts: Facts) -> Hint | None:
    """Say why nothing is learned, or no more than by one unit.

    With dropout, the units get different corrections after all, if they output anything: what the network is like
    counts.
    """
    config, latest = facts.run.config, latest_accuracy(facts)
    if initial_weights(facts.run) != "zeros" or not config.hidden_layers or latest is None:
        return None
    if config.activation in NOT_ZERO_AT_ZERO:
        if not _units_are_alike(facts):
            return None
        why = sentence(
            "All weights began at 0. So the units of a hidden layer get the same correction in every step "
            "and stay alike: together they do no more than one."
        )
    elif latest.at_chance(facts.baseline):
        why = sentence(
            "All weights began at 0. With {activation}, all hidden units then output 0, so every unit of a "
            "layer gets the same correction: none at all. Only the biases of the last layer learn.",
            activation=config.activation,
        )
    else:
        return None
    text = sentence(
        "{why} {accuracy} of the last {examples:,} images were classified correctly.",
        why=why,
        accuracy=percent(latest.accuracy, 1),
        examples=latest.examples,
    )
    return hint(sentence("Weights of zero"), text, config, initialisation=TrainConfig.initialisation)


def _units_are_alike(facts: Facts) -> bool:
    """Whether all units of the first hidden layer have the same weights."""
    if facts.network is None:
        return False
    kernel = facts.network.layers[0].kernel
    return kernel.shape[1] > 1 and not np.ptp(kernel, axis=1).any()
