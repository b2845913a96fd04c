"""The search space of a sweep: for each setting that varies, a list of values or a range."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import product
from typing import NamedTuple

from mnist_core.config import (
    CHOICES,
    LIMITS,
    SETTINGS,
    Choice,
    ConfigError,
    NumberPerLayer,
    Switch,
    TrainConfig,
    Value,
    value_in_words,
)
from mnist_core.model.architecture import count_parameters
from mnist_core.search.options import VARIABLE
from mnist_core.text.escape import quoted
from mnist_core.text.numbers import parse_number
from mnist_core.text.sentence import Sentence, sentence
from mnist_core.text.words import in_sentence

Combination = dict[str, Value]
"""One value for each setting that varies, by its name."""

LOGARITHMIC = tuple(name for name, number in LIMITS.items() if number.logarithmic)
"""Numbers on a logarithmic scale: a range of them is divided into equal factors."""
DEFAULT_POINTS, MOST_POINTS = 5, 50
"""How many values a grid takes from a range: by default, and at most."""
MOST_VALUES = 50
"""The most values in the list of one setting."""
SYNTAX = sentence(
    "Write a list as 32, 64, 128 or a range as 0.0001..0.01; a grid takes 5 values of it, or 3 of 0.0001..0.01/3."
)
BETWEEN_LAYOUTS = ";"
"""Separates the values of a list if one of them has several numbers: 64; 256, 64."""

_SWITCH_WORDS = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


class Span(NamedTuple):
    """A range from `low` to `high`, both included; a grid takes `points` values from it."""

    low: float
    high: float
    points: int = DEFAULT_POINTS


Values = tuple[Value, ...] | Span


class Space:
    """The settings that vary, each with its allowed values."""

    def __init__(self, varied: Mapping[str, Values]) -> None:
        """Check every value. Raises `ConfigError` for an unknown setting or a value that is not allowed."""
        if not varied:
            raise ConfigError("A sweep needs at least one setting to vary.")
        self.varied = {name: _checked(name, values) for name, values in varied.items()}

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> Space:
        """Parse user input such as "32, 64, 128", "0.0001..0.01" or "relu, tanh". Raises `ConfigError`."""
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
        """The names of the varied settings, in the given order."""
        return tuple(self.varied)

    @property
    def size(self) -> int | None:
        """The number of combinations; None if a range of fractions makes it infinite."""
        sizes = [_size(name, values) for name, values in self.varied.items()]
        return None if None in sizes else math.prod(size for size in sizes if size is not None)

    @property
    def grid_size(self) -> int:
        """The number of combinations in a grid."""
        return math.prod(len(self.grid_values(name)) for name in self.varied)

    def grid_values(self, name: str) -> tuple[Value, ...]:
        """Return the values of one setting in a grid."""
        values = self.varied[name]
        return _points(name, values) if isinstance(values, Span) else values

    def grid(self) -> Iterator[Combination]:
        """Yield each combination of the grid once; the last setting varies fastest."""
        for values in product(*(self.grid_values(name) for name in self.varied)):
            yield dict(zip(self.varied, values, strict=True))

    def describe(self) -> str:
        """Return the space in words: "hidden units 32, 64, 128; learning rate 0.0001 to 0.01"."""
        return "; ".join(f"{in_sentence(label(name))} {_describe(values)}" for name, values in self.varied.items())

    def extremes(self, base: TrainConfig) -> Iterator[TrainConfig]:
        """Yield the settings that need most resources, first the largest values together, and those to be refused.

        They have each optimizer in turn, since not every optimizer takes each setting, all combinations of units and
        layers, and each end of the others with the fewest layers.

        Raises `ConfigError` for impossible settings.
        """
        of_layers = [name for name in ("hidden_units", "hidden_layers") if name in self.varied]
        combined = product(*(ends(self.varied[name]) for name in of_layers))
        layouts: list[Combination] = [dict(zip(of_layers, values, strict=True)) for values in combined]
        largest = max(layouts, key=lambda layout: count_parameters(apply(base, layout)))
        fewest = min(layouts, key=lambda layout: apply(base, layout).hidden_layers)
        others = {name: values for name, values in self.varied.items() if name not in (*of_layers, "optimizer")}
        largest = largest | {name: max(ends(values)) for name, values in others.items() if name in LIMITS}
        for optimizer in self.varied.get("optimizer", (base.optimizer,)):
            yield apply(base, {**largest, "optimizer": optimizer})
            for layout in layouts:
                yield apply(base, {"optimizer": optimizer, **layout})
            for name, values in others.items():
                for value in ends(values):
                    yield apply(base, {"optimizer": optimizer, **fewest, **self._need(name), name: value})

    def _need(self, name: str) -> Combination:
        """Return the smallest value of the setting that a setting needs, if both vary."""
        need = SETTINGS[name].need
        return {need.setting: min(ends(self.varied[need.setting]))} if need and need.setting in self.varied else {}


def apply(base: TrainConfig, combination: Combination) -> TrainConfig:
    """Return `base` with the values of a combination.

    If the optimizer varies, each gets its own defaults for what it takes and what `base` has by default. Raises
    `ConfigError` if an optimizer does not take what varies.
    """
    return base.with_changes(**combination)


def combination_of(config: TrainConfig, space: Space) -> Combination:
    """Return the values of the varied settings in a run, as the space has them: 256, 256 and not 256 in two layers."""
    found: Combination = {name: getattr(config, name) for name in space.names}
    units = config.units_of_each_layer
    if "hidden_units" in found and units in ends(space.varied["hidden_units"]):
        found["hidden_units"] = units
    return found


def ends(values: Values) -> tuple[Value, ...]:
    """Return the ends of a range, or all values of a list."""
    return (values.low, values.high) if isinstance(values, Span) else values


def label(name: str) -> str:
    """Return the label of a setting, such as "Hidden units"."""
    return SETTINGS[name].label


def whole(name: str) -> bool:
    """Whether a setting is a whole number."""
    return name in LIMITS and LIMITS[name].whole


def rounded(name: str, value: float, span: Span) -> int | float:
    """Return a value within a range: a whole number, or rounded to three significant digits."""
    if whole(name):
        return min(int(span.high), max(int(span.low), round(value)))
    return min(span.high, max(span.low, float(f"{value:.3g}")))


def _parse(name: str, text: str) -> Values:
    _require_variable(name)
    found = re.fullmatch(r"\s*([^\s.,/]\S*?|\.\d\S*?)\s*\.\.\s*([^\s/]+)\s*(?:/\s*(\d{1,3}))?\s*", text)
    if found and name in LIMITS:
        return Span(_number(name, found[1]), _number(name, found[2]), int(found[3] or DEFAULT_POINTS))
    kind = SETTINGS[name].kind
    if isinstance(kind, NumberPerLayer) and BETWEEN_LAYOUTS in text:
        return tuple(_layout(name, word) for word in text.split(BETWEEN_LAYOUTS) if word.strip())
    words = [word.strip() for word in text.split(",") if word.strip()]
    match kind:
        case Switch():
            return tuple(_SWITCH_WORDS.get(word.lower(), word) for word in words)
        case Choice():
            return tuple(words)
        case _:
            return tuple(_number(name, word) for word in words)


def _number(name: str, text: str) -> int | float:
    with suppress(ValueError):
        return parse_number(text)
    raise ConfigError(
        "{name}: {text} is not a number. {syntax}", name=Sentence(label(name)), text=quoted(text, 40), syntax=SYNTAX
    )


def _layout(name: str, text: str) -> Value:
    units = [_number(name, word) for word in text.split(",")]
    return SETTINGS[name].checked(units if len(units) > 1 else units[0])


def _checked(name: str, values: Values) -> Values:
    """Return the values of a setting as `TrainConfig` stores them, without duplicates. Raises `ConfigError`."""
    _require_variable(name)
    if isinstance(values, Span):
        return _checked_span(name, values)
    if not values:
        raise ConfigError("{name} has no values to vary. {syntax}", name=Sentence(label(name)), syntax=SYNTAX)
    if len(values) > MOST_VALUES:
        raise ConfigError(
            "{name} has {values} values; at most {most} can be compared.",
            name=Sentence(label(name)),
            values=len(values),
            most=MOST_VALUES,
        )
    return tuple(dict.fromkeys(SETTINGS[name].checked(value) for value in values))


def _checked_span(name: str, span: Span) -> Span:
    if name not in LIMITS:
        raise ConfigError(
            "{name} has no range: list its values, such as {examples}.",
            name=Sentence(label(name)),
            examples=", ".join(CHOICES[name]),
        )
    low, high = SETTINGS[name].checked(span.low), SETTINGS[name].checked(span.high)
    if name in LOGARITHMIC and low == 0:
        raise ConfigError(
            "{name}: a range must begin above 0. List 0 among other values: 0, 1, 10.", name=Sentence(label(name))
        )
    if not low < high:  # type: ignore[operator]
        raise ConfigError(
            "{name}: a range must go up, but {range} does not.",
            name=Sentence(label(name)),
            range=_range_in_words(span),
        )
    if not 2 <= span.points <= MOST_POINTS:
        raise ConfigError(
            "{name}: a grid takes 2 to {most} values of a range, not {points}.",
            name=Sentence(label(name)),
            most=MOST_POINTS,
            points=span.points,
        )
    return Span(low, high, span.points)  # type: ignore[arg-type]


def _require_variable(name: str) -> None:
    if name not in SETTINGS:
        raise ConfigError(
            "There is no setting named {name}. Known: {known}.", name=quoted(name, 40), known=", ".join(VARIABLE)
        )
    if SETTINGS[name].fixed_in_sweeps:
        raise ConfigError(SETTINGS[name].fixed_in_sweeps)


def _points(name: str, span: Span) -> tuple[Value, ...]:
    shares = [number / (span.points - 1) for number in range(span.points)]
    if name in LOGARITHMIC:
        found = [span.low * (span.high / span.low) ** share for share in shares]
    else:
        found = [span.low + (span.high - span.low) * share for share in shares]
    return tuple(dict.fromkeys(rounded(name, value, span) for value in found))


def _size(name: str, values: Values) -> int | None:
    if not isinstance(values, Span):
        return len(values)
    return int(values.high - values.low) + 1 if whole(name) else None


def _range_in_words(span: Span, between: str = "..") -> str:
    return f"{value_in_words(float(span.low))}{between}{value_in_words(float(span.high))}"


def _describe(values: Values) -> str:
    if isinstance(values, Span):
        return _range_in_words(values, " to ")
    several = any(isinstance(value, tuple) for value in values)
    return (f"{BETWEEN_LAYOUTS} " if several else ", ").join(value_in_words(value) for value in values)
