"""What a sweep varies: for each setting a list of values, or a range to choose from."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, fields, replace
from itertools import product
from typing import NamedTuple

from mnist_core.config import CHOICES, DEFAULT_LEARNING_RATES, LIMITS, SWITCHES, ConfigError, TrainConfig
from mnist_core.text.escape import quoted
from mnist_core.text.numbers import parse_number

Value = int | float | str | bool
Setting = dict[str, Value]
"""One value for each varied setting, by its name."""

FIXED = ("seed", "validation_images")
"""A sweep repeats settings over seeds by itself, and only runs with the same validation images can be compared."""
VARIABLE = tuple(item.name for item in fields(TrainConfig) if item.name not in FIXED)
GEOMETRIC = ("learning_rate", "hidden_units", "batch_size")
"""Settings whose ratio matters, not their difference: a range of them is divided into equal factors."""
DEFAULT_POINTS, MOST_POINTS = 5, 50
MOST_VALUES = 50
SHOWN = "Write values as 32, 64, 128 or a range as 0.0001..0.01; a grid takes 5 values of it, or 3 of 0.0001..0.01/3."

_WHOLE = tuple(name for name in LIMITS if isinstance(getattr(TrainConfig(), name), int))
_SWITCH_WORDS = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


class Span(NamedTuple):
    """A range from `low` to `high`, both included; a grid takes `points` values of it."""

    low: float
    high: float
    points: int = DEFAULT_POINTS


Values = tuple[Value, ...] | Span


class Space:
    """The settings to vary: those of `base` that stand in it, each with its values; all are known to be allowed."""

    def __init__(self, varied: Mapping[str, Values]) -> None:
        """Check every value by itself. Raises `ConfigError` for an unknown setting or a value that makes no sense."""
        if not varied:
            raise ConfigError("A sweep needs at least one setting to vary.")
        self.varied = {name: _checked(name, values) for name, values in varied.items()}

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> Space:
        """Read what people type for each: "32, 64, 128", "0.0001..0.01" or "relu, tanh". Raises `ConfigError`."""
        return cls({name: _parse(name, text) for name, text in texts.items()})

    def to_json(self) -> str:
        """Return the space as a JSON object: lists, and ranges as {"low": ..., "high": ..., "points": ...}."""
        return json.dumps({name: it._asdict() if isinstance(it, Span) else it for name, it in self.varied.items()})

    @classmethod
    def from_json(cls, text: str) -> Space:
        """Read what `to_json` wrote."""
        return cls({name: Span(**it) if isinstance(it, dict) else tuple(it) for name, it in json.loads(text).items()})

    @property
    def names(self) -> tuple[str, ...]:
        """The varied settings, in the order in which they were named."""
        return tuple(self.varied)

    @property
    def size(self) -> int | None:
        """How many settings there are; None if a range of fractions makes them countless."""
        sizes = [_size(name, values) for name, values in self.varied.items()]
        return None if None in sizes else math.prod(size for size in sizes if size is not None)

    @property
    def grid_size(self) -> int:
        """How many settings a grid has."""
        return math.prod(len(self.grid_values(name)) for name in self.varied)

    def grid_values(self, name: str) -> tuple[Value, ...]:
        """Return the values that a grid takes of a setting."""
        values = self.varied[name]
        return _points(name, values) if isinstance(values, Span) else values

    def grid(self) -> Iterator[Setting]:
        """Yield every setting of the grid once; the last name varies fastest."""
        for values in product(*(self.grid_values(name) for name in self.varied)):
            yield dict(zip(self.varied, values, strict=True))

    def describe(self) -> str:
        """Return the space in words: "hidden units 32, 64, 128; learning rate 0.0001 to 0.01"."""
        return "; ".join(f"{label(name).lower()} {_describe(values)}" for name, values in self.varied.items())

    def extremes(self, base: TrainConfig) -> Iterator[TrainConfig]:
        """Yield settings that need most: the largest of every number together. Raises `ConfigError`."""
        largest = {name: max(ends(values)) for name, values in self.varied.items() if name in LIMITS}
        yield apply(base, largest)
        for name, values in self.varied.items():
            for value in ends(values):
                yield apply(base, {name: value})


def apply(base: TrainConfig, setting: Setting) -> TrainConfig:
    """Return `base` with the values of a setting.

    Where the optimizer varies and `base` has its optimizer's usual learning rate, each takes its own.
    """
    usual = base.learning_rate == DEFAULT_LEARNING_RATES[base.optimizer]
    if "optimizer" in setting and "learning_rate" not in setting and usual:
        return replace(base, **setting, learning_rate=None)  # type: ignore[arg-type]
    return replace(base, **setting)  # type: ignore[arg-type]


def setting_of(config: TrainConfig, names: tuple[str, ...]) -> Setting:
    """Return the values that a run's settings have for the varied ones."""
    values = asdict(config)
    return {name: values[name] for name in names}


def ends(values: Values) -> tuple[Value, ...]:
    """Return the ends of a range, or all values of a list."""
    return (values.low, values.high) if isinstance(values, Span) else values


def label(name: str) -> str:
    """Return a setting's name as it is shown: "Hidden units"."""
    return name.replace("_", " ").capitalize()


def shown(value: Value) -> str:
    """Return a value as it is shown: "0.001", "64", "on"."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def whole(name: str) -> bool:
    """Whether a setting is a whole number."""
    return name in _WHOLE


def rounded(name: str, value: float, span: Span) -> int | float:
    """Return a value of a range as people would choose it: whole, or of three significant digits; within the range."""
    if whole(name):
        return min(int(span.high), max(int(span.low), round(value)))
    return min(span.high, max(span.low, float(f"{value:.3g}")))


def _parse(name: str, text: str) -> Values:
    _require_variable(name)
    found = re.fullmatch(r"\s*([^\s.,/]\S*?|\.\d\S*?)\s*\.\.\s*([^\s/]+)\s*(?:/\s*(\d{1,3}))?\s*", text)
    if found and name in LIMITS:
        return Span(_number(name, found[1]), _number(name, found[2]), int(found[3] or DEFAULT_POINTS))
    words = [word.strip() for word in text.split(",") if word.strip()]
    if name in SWITCHES:
        return tuple(_SWITCH_WORDS.get(word.lower(), word) for word in words)
    return tuple(words) if name in CHOICES else tuple(_number(name, word) for word in words)


def _number(name: str, text: str) -> int | float:
    with suppress(ValueError):
        return parse_number(text)
    raise ConfigError(f"{label(name)}: {quoted(text, 40)} is no number. {SHOWN}")


def _checked(name: str, values: Values) -> Values:
    """Return the values of a setting as `TrainConfig` understands them, each once. Raises `ConfigError`."""
    _require_variable(name)
    if isinstance(values, Span):
        return _checked_span(name, values)
    if not values:
        raise ConfigError(f"{label(name)} has no values to vary. {SHOWN}")
    if len(values) > MOST_VALUES:
        raise ConfigError(f"{label(name)} has {len(values)} values; at most {MOST_VALUES} can be compared.")
    return tuple(dict.fromkeys(_allowed(name, value) for value in values))


def _checked_span(name: str, span: Span) -> Span:
    if name not in LIMITS:
        raise ConfigError(f"{label(name)} has no range: list its values, such as {', '.join(CHOICES[name])}.")
    low, high = _allowed(name, span.low), _allowed(name, span.high)
    if not low < high:  # type: ignore[operator]
        raise ConfigError(f"{label(name)}: a range goes up, and {span.low:g}..{span.high:g} does not.")
    if not 2 <= span.points <= MOST_POINTS:
        raise ConfigError(f"{label(name)}: a grid takes 2 to {MOST_POINTS} values of a range, not {span.points}.")
    return Span(low, high, span.points)  # type: ignore[arg-type]


def _allowed(name: str, value: Value) -> Value:
    return getattr(TrainConfig(**{name: value}), name)  # type: ignore[arg-type]


def _require_variable(name: str) -> None:
    if name == "seed":
        raise ConfigError('A sweep varies the seed by itself: choose the number of "Seeds a setting".')
    if name == "validation_images":
        raise ConfigError("Validation images cannot vary: only runs that read the same ones can be compared.")
    if name not in VARIABLE:
        raise ConfigError(f"There is no setting named {quoted(name, 40)}. Known: {', '.join(VARIABLE)}.")


def _points(name: str, span: Span) -> tuple[Value, ...]:
    shares = [number / (span.points - 1) for number in range(span.points)]
    if name in GEOMETRIC:
        found = [span.low * (span.high / span.low) ** share for share in shares]
    else:
        found = [span.low + (span.high - span.low) * share for share in shares]
    return tuple(dict.fromkeys(rounded(name, value, span) for value in found))


def _size(name: str, values: Values) -> int | None:
    if not isinstance(values, Span):
        return len(values)
    return int(values.high - values.low) + 1 if whole(name) else None


def _describe(values: Values) -> str:
    if isinstance(values, Span):
        return f"{values.low:g} to {values.high:g}"
    return ", ".join(shown(value) for value in values)
