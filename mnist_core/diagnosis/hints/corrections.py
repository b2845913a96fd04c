"""Why the corrections of the weights are too large for a run, as far as its settings tell, and the one to change."""

from __future__ import annotations

from typing import NamedTuple

from mnist_core.config import LIMITS, TrainConfig, Value, value_in_words
from mnist_core.diagnosis.hints.hint import calmer_rate, rate_in_words
from mnist_core.diagnosis.outcome import UNUSUAL
from mnist_core.runs.run_records import Run
from mnist_core.text.sentence import sentence

USUAL_MOMENTUM = 0.9
"""What is usual where there is momentum. It makes corrections up to 10 times as large."""


STRONG_L2 = 0.01
"""With ten times as much, three hidden layers never left chance level: their weights fell to 0."""


class Change(NamedTuple):
    """A reason, as a sentence without a full stop, and the setting to change, with its new value."""

    reason: str
    setting: str
    value: Value

    @property
    def as_settings(self) -> dict[str, Value]:
        """The change for `hint`."""
        return {self.setting: self.value}


def calmer_change(run: Run) -> Change | None:
    """Return the likeliest reason why corrections overshoot; None if no setting could be lower.

    The learning rate, unless something else is further from what is usual: the size of the initial weights, or the
    momentum, which makes corrections 1 / (1 − momentum) times as large.
    """
    config, rate = run.config, calmer_rate(run.config)
    times = config.learning_rate / config.default_learning_rate
    if initial_weights(run) == "too-large" and times < UNUSUAL:
        return Change(
            sentence("The weights began five times as large as usual"), "initialisation", TrainConfig.initialisation
        )
    if config.momentum > USUAL_MOMENTUM and 1 / (1 - config.momentum) > times:
        return Change(momentum_in_words(config), "momentum", USUAL_MOMENTUM)
    return None if rate is None else Change(rate_in_words(config), "learning_rate", rate)


def initial_weights(run: Run) -> str:
    """Return the name of a run's initialisation; "" if it does not matter.

    So it is if the weights are those of another run, its parent. A network of a single layer learns from small weights
    and from zeros as well, since its units have each their own gradient.
    """
    config = run.config
    single = not config.hidden_layers and config.architecture == TrainConfig.architecture
    harmless = single and config.initialisation in ("zeros", "too-small")
    return "" if harmless or run.parent is not None else config.initialisation


def weaker_l2(config: TrainConfig) -> Change | None:
    """Return the change to try where L2 may hold the weights near 0; None if it is too weak for that."""
    if config.l2 < STRONG_L2:
        return None
    return Change(sentence("L2 pulls all weights towards 0"), "l2", tenth_of_l2(config))


def tenth_of_l2(config: TrainConfig) -> float:
    """Return a tenth of the penalty's factor; 0 where that is below what is allowed."""
    weaker = float(f"{config.l2 / 10:g}")
    return weaker if weaker >= LIMITS["l2"].low else 0.0


def momentum_in_words(config: TrainConfig) -> str:
    """Say what momentum does to corrections."""
    factor = 1 / (1 - config.momentum)
    return sentence(
        "Momentum {momentum} makes corrections up to {factor:,.0f} times as large",
        momentum=value_in_words(config.momentum),
        factor=factor,
    )
