"""The network is no better than one that always answers with the same class."""

from __future__ import annotations

from typing import NamedTuple

from mnist_core.config import LIMITS, TrainConfig, Value
from mnist_core.diagnosis.hints.corrections import calmer_change, initial_weights, weaker_l2
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint, rate_in_words
from mnist_core.diagnosis.outcome import CERTAIN, UNUSUAL, standard_error
from mnist_core.text.sentence import sentence
from mnist_core.text.words import percent

LOOKED_AT = 0.5
"""The part of an epoch, the last one, whose training accuracy is compared with the baseline."""
SATURATING = ("sigmoid", "tanh")
"""Activations whose slope vanishes where they are near their limits."""
SUGGESTED_BATCH = 32
FIRST_STEPS = 100
"""The number of steps that may be at chance level: with a large batch, an epoch has only a few."""


def stuck(facts: Facts) -> Hint | None:
    """Say that the training accuracy is at chance level, and what to try."""
    latest = latest_accuracy(facts)
    if latest is None or not latest.at_chance(facts.baseline):
        return None
    reason, change = change_to_try(facts)
    text = sentence(
        "{accuracy} of the last {examples:,} images were classified correctly; always answering with "
        "the most frequent class gives {baseline}. {reason}",
        accuracy=percent(latest.accuracy, 1),
        examples=latest.examples,
        baseline=percent(facts.baseline, 1),
        reason=reason,
    )
    return hint(sentence("Stuck at chance"), text, facts.run.config, **change) if change else None


class LatestAccuracy(NamedTuple):
    """The training accuracy (0 to 1) over the last half epoch, and of how many examples it is the mean."""

    accuracy: float
    examples: int

    def at_chance(self, baseline: float) -> bool:
        """Whether it is no higher than `baseline`, that of always answering with the most frequent class."""
        return self.accuracy <= baseline + CERTAIN * standard_error(baseline, self.examples)


def latest_accuracy(facts: Facts) -> LatestAccuracy | None:
    """Return it once there were steps enough to learn something; None before."""
    run, chunks = facts.run, facts.chunks
    if not chunks or chunks[-1].epochs < LOOKED_AT or (run.step < FIRST_STEPS and not facts.finished):
        return None
    latest = [chunk for chunk in chunks if chunk.epochs > chunks[-1].epochs - LOOKED_AT]
    examples = sum(chunk.examples for chunk in latest)
    return LatestAccuracy(sum(chunk.accuracy * chunk.examples for chunk in latest) / examples, examples)


def change_to_try(facts: Facts) -> tuple[str, dict[str, Value]]:
    """Return why a network does not learn, as far as its settings tell, and the one to change; {} for none."""
    config, weights = facts.run.config, initial_weights(facts.run)
    usual, rate, calmer = config.default_learning_rate, config.learning_rate, calmer_change(facts.run)
    if config.batch_normalisation and config.batch_size == 1:
        nothing = sentence("Batch normalisation subtracts the mean of a batch: of a single image, nothing is left.")
        return nothing, {"batch_size": SUGGESTED_BATCH}
    if weights == "zeros":
        return sentence("All weights began at 0."), {"initialisation": TrainConfig.initialisation}
    if calmer is not None and (rate >= UNUSUAL * usual or facts.overshot is not None or calmer.setting == "momentum"):
        return _sentence_of(calmer.reason), calmer.as_settings
    if weights == "too-small":
        small = sentence("The weights began at a hundredth of what is usual.")
        return small, {"initialisation": TrainConfig.initialisation}
    if weaker := weaker_l2(config):
        return _sentence_of(weaker.reason), weaker.as_settings
    if rate <= usual / UNUSUAL:
        return _sentence_of(rate_in_words(config)), {"learning_rate": usual}
    if config.activation in SATURATING and config.hidden_layers > 1:
        lost = sentence(
            "Through {hidden_layers} layers with {activation}, the gradient becomes so small that the first "
            "layer hardly changes.",
            hidden_layers=config.hidden_layers,
            activation=config.activation,
        )
        return lost, {"activation": "relu"}
    if config.dropout:
        return sentence("{dropout} of the units are switched off in each step.", dropout=percent(config.dropout, 0)), {
            "dropout": 0.0
        }
    higher = min(10 * rate, LIMITS["learning_rate"].high)
    return sentence("The corrections may be too small."), {"learning_rate": higher} if higher > rate else {}


def _sentence_of(reason: str) -> str:
    return sentence("{reason}.", reason=reason)
