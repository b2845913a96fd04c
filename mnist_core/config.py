"""The settings of one training run: frozen, validated, and the only place that knows their limits."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, fields
from typing import Any, NamedTuple

from mnist_core.errors import UserError
from mnist_core.text.escape import LONGEST_QUOTE, clean, quoted


class Range(NamedTuple):
    """Inclusive limits of a number."""

    low: float
    high: float


LIMITS: dict[str, Range] = {
    "hidden_units": Range(1, 2048),
    "epochs": Range(1, 100),
    "batch_size": Range(1, 8192),
    "seed": Range(0, 2**31 - 1),
    "learning_rate": Range(1e-6, 10.0),
    "hidden_layers": Range(1, 3),
    "dropout": Range(0.0, 0.9),
    "validation_images": Range(0, 50_000),
}

DEFAULT_LEARNING_RATES: dict[str, float] = {"rmsprop": 0.001, "adam": 0.001, "sgd": 0.01}
"""The rates that Keras 3 uses when an optimizer is named by its string."""

CHOICES: dict[str, tuple[str, ...]] = {
    "optimizer": tuple(DEFAULT_LEARNING_RATES),
    "activation": ("relu", "tanh", "sigmoid", "elu"),
}

SWITCHES = ("augment",)
"""Settings that are on or off."""

LONGEST_SHOWN = 1e18
"""Larger numbers are not written out in sentences."""

_INTEGERS = ("hidden_units", "epochs", "batch_size", "seed", "hidden_layers", "validation_images")


def range_in_words(name: str) -> str:
    """Return the limits of a number as they are told everywhere: "1 to 2,048"."""
    low, high = (f"{end:,}" if isinstance(end, int) else f"{end:g}" for end in LIMITS[name])
    return f"{low} to {high}"


class ConfigError(UserError):
    """A setting that makes no sense; the text names it and what is allowed."""


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides the result of a training run, besides the dataset.

    Raises `ConfigError` for a value of the wrong type, not finite, or outside `LIMITS` / `CHOICES`.
    A `learning_rate` of None is replaced by the optimizer's Keras default, so that equal
    settings always compare equal.
    """

    hidden_units: int = 256
    epochs: int = 5
    batch_size: int = 128
    seed: int = 0
    optimizer: str = "rmsprop"
    learning_rate: float = field(default=None)  # type: ignore[assignment]  # filled in below
    activation: str = "relu"
    hidden_layers: int = 1
    dropout: float = 0.0
    augment: bool = False
    validation_images: int = 0

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ConfigError(_expected(name, getattr(self, name), "one of " + ", ".join(choices)))
        object.__setattr__(self, "learning_rate", _rate(self.learning_rate, self.optimizer))
        for name in SWITCHES:
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(_expected(name, getattr(self, name), "true or false"))
        for name, limits in LIMITS.items():
            object.__setattr__(self, name, _number(name, getattr(self, name), limits))

    def learned_images(self, images: int) -> int:
        """How many of a dataset's training images are learned from: all but the last, which are for validation.

        The last ones, as Keras's own `validation_split` takes them: the same for every seed, so that runs compare.
        Raises `ConfigError` if none would be left.
        """
        if self.validation_images >= images:
            allowed = f"less than {images:,}, the number of training images"
            raise ConfigError(_expected("validation_images", self.validation_images, allowed))
        return images - self.validation_images

    def examples_per_epoch(self, images: int) -> int:
        """How many examples an epoch over `images` has: each image, and with `augment` a distorted copy of each."""
        return 2 * images if self.augment else images

    def steps_per_epoch(self, images: int) -> int:
        """Batches in one epoch, of a dataset with so many training images; the last one may be smaller.

        Raises `ConfigError` if a batch would be larger than the training set.
        """
        learned = self.learned_images(images)
        if self.batch_size > learned:
            allowed = f"at most {learned:,}, the number of training images"
            raise ConfigError(_expected("batch_size", self.batch_size, allowed))
        return math.ceil(self.examples_per_epoch(learned) / self.batch_size)

    def describe(self) -> str:
        """Return the settings in words: the three main ones, and others where they differ from the defaults."""
        layers = f"{self.hidden_layers} × " if self.hidden_layers > 1 else ""
        words = [f"{layers}{_count(self.hidden_units, 'unit')}", _count(self.epochs, "epoch")]
        words.append(f"batch {self.batch_size}")
        if self.optimizer != "rmsprop":
            words.append(self.optimizer)
        if self.learning_rate != DEFAULT_LEARNING_RATES[self.optimizer]:
            words.append(f"learning rate {self.learning_rate:g}")
        if self.activation != "relu":
            words.append(self.activation)
        if self.dropout:
            words.append(f"dropout {self.dropout:g}")
        if self.augment:
            words.append("augmented")
        if self.validation_images:
            words.append(f"{self.validation_images:,} validation images")
        if self.seed:
            words.append(f"seed {self.seed}")
        return ", ".join(words)

    def to_json(self) -> str:
        """Return the settings as a JSON object with sorted keys."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> TrainConfig:
        """Read settings from JSON; missing ones take their defaults.

        Raises `ConfigError` for text that is no JSON object, an unknown setting or a bad value.
        """
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:  # numbers of thousands of digits, lists of thousands of levels
            raise ConfigError(f"The settings are not valid JSON: {error}.") from None
        if not isinstance(values, dict):
            raise ConfigError('The settings must be one JSON object, such as {"epochs": 5}.')
        known = {item.name for item in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ConfigError(f"Unknown setting: {quoted(', '.join(unknown))}. Known: {', '.join(sorted(known))}.")
        return cls(**values)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _rate(given: float | None, optimizer: str) -> float:
    return DEFAULT_LEARNING_RATES[optimizer] if given is None else given


def _number(name: str, value: Any, limits: Range) -> int | float:
    """Return `value` as a plain int or float within `limits`; numpy's scalars are welcome."""
    integer = name in _INTEGERS
    low, high = (int(limits.low), int(limits.high)) if integer else limits
    allowed = f"a {'whole ' if integer else ''}number from {range_in_words(name)}"
    if isinstance(value, (bool, str)) or not hasattr(value, "__float__"):
        raise ConfigError(_expected(name, value, allowed))
    number = _as_float(value)
    if not math.isfinite(number) or not low <= number <= high or (integer and number != int(number)):
        raise ConfigError(_expected(name, value, allowed))
    return int(number) if integer else number


def _as_float(value: Any) -> float:
    """Return a number as a float; infinite if it is beyond what a float can hold, NaN if it is none after all."""
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):  # such as an array of several numbers
        return math.nan


def _expected(name: str, value: Any, allowed: str) -> str:
    return f"{name.replace('_', ' ').capitalize()} must be {allowed}, not {_shown(value)}."


def _shown(value: Any) -> str:
    """Return a value for a sentence, whatever it is."""
    if isinstance(value, (int, float)) and abs(value) > LONGEST_SHOWN:
        return "a number of that size"
    return clean(repr(value), LONGEST_QUOTE)


def calmer_rate(config: TrainConfig) -> float:
    """Return a learning rate to try after one that has diverged: the optimizer's usual one, or less than that."""
    usual, rate = DEFAULT_LEARNING_RATES[config.optimizer], config.learning_rate
    return usual if rate > usual else max(LIMITS["learning_rate"].low, float(f"{rate / 10:g}"))
