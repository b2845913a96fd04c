"""A hint: what is going on in a run, and one setting to try another value of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from mnist_core.config import LIMITS, SETTINGS, ConfigError, TrainConfig, lower_learning_rate, value_in_words
from mnist_core.text.sentence import sentence


class Hint(NamedTuple):
    """What a rule found: a sentence with the figure that it rests on, and settings to try, of which one is changed.

    `title` names it in a word or two; `text` is plain text.
    """

    title: str
    text: str
    config: TrainConfig
    setting: str

    @property
    def label(self) -> str:
        """The words on the button that fills the settings in: "Try learning rate 0.001", "Try 10 epochs"."""
        return sentence("Try {change}", change=SETTINGS[self.setting].in_words(getattr(self.config, self.setting)))


def hint(title: str, text: str, config: TrainConfig, **change: Any) -> Hint | None:
    """Return a hint to try `config` with one setting changed; None if that is refused or changes nothing."""
    (setting,) = change
    try:
        tried = replace(config, **change)
    except ConfigError:
        return None
    return None if tried == config else Hint(title, text, tried, setting)


def rate_in_words(config: TrainConfig) -> str:
    """Say how a learning rate compares with the usual one: "Learning rate 0.1 is 100 times what is usual for adam"."""
    rate, usual = config.learning_rate, config.default_learning_rate
    words = value_in_words(rate)
    if rate == usual:
        return sentence(
            "Learning rate {rate} is usual for {optimizer}, but too high here", rate=words, optimizer=config.optimizer
        )
    if rate > usual:
        return sentence(
            "Learning rate {rate} is {times} times what is usual for {optimizer}",
            rate=words,
            times=_plain(rate / usual),
            optimizer=config.optimizer,
        )
    return sentence(
        "Learning rate {rate} is 1/{times} of what is usual for {optimizer}",
        rate=words,
        times=_plain(usual / rate),
        optimizer=config.optimizer,
    )


def _plain(factor: float) -> str:
    """Write a factor without an exponent: "1.5", "10,000"."""
    return sentence("{factor:,.0f}", factor=factor) if factor >= 10 else f"{factor:.2g}"


def calmer_rate(config: TrainConfig) -> float | None:
    """Return a lower learning rate to try; None if there is none."""
    rate = lower_learning_rate(config)
    return rate if rate < config.learning_rate else None


def more_epochs(config: TrainConfig) -> int | None:
    """Return twice the epochs, as far as that is allowed; None if it is not."""
    epochs = min(2 * config.epochs, int(LIMITS["epochs"].high))
    return epochs if epochs > config.epochs else None
