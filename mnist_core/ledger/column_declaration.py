"""The declaration of a ledger column, and the format of its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

from mnist_core.config import value_in_words
from mnist_core.config.hidden_layers import Units
from mnist_core.ledger.row import UNKNOWN, Row
from mnist_core.text.words import percent


class Kind(Enum):
    """The type and unit of a column's values."""

    NUMBER = "number"
    PER_LAYER = "per layer"  # a number or, if any run has layers that differ, `UnitsOfEachLayer`
    FRACTION = "fraction"  # 0 to 1, shown in percent
    POINTS = "points"  # a difference of fractions, shown in percentage points
    TEXT = "text"
    SWITCH = "switch"  # on or off
    TAGS = "tags"
    TIME = "time"  # seconds since 1970

    @property
    def numeric(self) -> bool:
        """Whether values can be larger or smaller, and have differences and means."""
        return self in (Kind.NUMBER, Kind.PER_LAYER, Kind.FRACTION, Kind.POINTS)


@dataclass(frozen=True, order=True)
class UnitsOfEachLayer:
    """The units of the hidden layers as one value, whose text is "256, 64"; (256,) if all layers have 256.

    They are ordered by their first layer, then by the next ones.
    """

    units: tuple[int, ...]

    def __str__(self) -> str:
        return value_in_words(self.units)

    @property
    def setting(self) -> Units:
        """The value of the setting."""
        return self.units if len(self.units) > 1 else self.units[0]


@dataclass(frozen=True)
class Column:
    """One column: `name` in the data frame and in addresses, `label` on the screen, `aliases` in filters.

    `value` returns its value for a row, None if unknown. `digits` is the number of decimal places on the screen (of
    percent for fractions), None for all. `in_words` formats values that the kind's format does not suit,
    `meaning_of_zero` replaces 0 in words. `setting`
    marks inputs and `result` outcomes, which get differences and standard deviations. Columns `by_default` are shown
    unless the user picks others, those with `only_if_any` only if a row has a value.
    """

    name: str
    label: str
    kind: Kind
    value: Callable[[Row], Any]
    help: str = ""
    aliases: tuple[str, ...] = ()
    digits: int | None = None
    in_words: Callable[[Any], str] | None = None
    meaning_of_zero: str = ""
    setting: bool = False
    result: bool = False
    by_default: bool = True
    only_if_any: bool = False


def units_in(value: float | UnitsOfEachLayer) -> tuple[float, ...]:
    """Return the numbers of a value of a column of units."""
    return value.units if isinstance(value, UnitsOfEachLayer) else (value,)


def as_numbers(values: pd.Series) -> pd.Series:
    """Return a column of units as numbers, unless a value has several."""
    if is_numeric_dtype(values) or any(len(units_in(it)) > 1 for it in values.dropna()):
        return values
    return pd.to_numeric(values.map(lambda it: units_in(it)[0], na_action="ignore"))


def has_numbers(item: Column, values: pd.Series) -> bool:
    """Whether the values of a column are single numbers, which can be drawn to scale."""
    return item.kind.numeric and is_numeric_dtype(values)


def in_words(item: Column, value: Any) -> str:
    """Return a value as people read it: "98.12 %", "on", "0.001"."""
    if value is None or value != value:
        return UNKNOWN
    if isinstance(value, UnitsOfEachLayer) or (item.kind is Kind.PER_LAYER and isinstance(value, str)):
        return str(value)
    if item.in_words is not None:
        return item.in_words(value)
    if value == 0 and item.meaning_of_zero:
        return item.meaning_of_zero
    if item.kind is Kind.SWITCH:
        return "on" if value else "off"
    if item.kind is Kind.TAGS:
        return value if isinstance(value, str) else ", ".join(value)
    if item.kind is Kind.FRACTION:
        return percent(value, item.digits or 0)
    if item.kind is Kind.POINTS:
        return f"{100 * value:.{item.digits or 0}f} points"
    if item.kind in (Kind.NUMBER, Kind.PER_LAYER):
        return f"{value:,.{item.digits}f}" if item.digits is not None else f"{value:,.6g}"
    return str(value)
