"""Why the corrections of the weights are too large for a run, as far as its settings tell, and the one to change."""

from __future__ import annotations

from typing import NamedTuple

from mnist_core.config import TrainConfig, Value, value_in_words
from mnist_core.diagnosis.hints.hint import calmer_rate, rate_in_words
from mnist_core.diagnosis.outcome import UNUSUAL
from mnist_core.runs.run_records import Run

USUAL_MOMENTUM = 0.9
"""What is usual where there is momentum. It makes corrections up to 10 times as large."""


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
        return Change("The weights began five times as large as usual", "initialisation", TrainConfig.initialisation)
    if config.momentum > USUAL_MOMENTUM and 1 / (1 - config.momentum) > times:
        return Change(momentum_in_words(config), "momentum", USUAL_MOMENTUM)
    return None if rate is None else Change(rate_in_words(config).capitalize(), "learning_rate", rate)


def initial_weights(run: Run) -> str:
    """Return the name of a run's initialisation; "" if its weights are those of another run, its parent."""
    return run.config.initialisation if run.parent is None else ""


def momentum_in_words(config: TrainConfig) -> str:
    """Say what momentum does to corrections."""
    factor = 1 / (1 - config.momentum)
    return f"Momentum {value_in_words(config.momentum)} makes corrections up to {factor:,.0f} times as large"
