"""One condition of a filter: compares the values of a column with a value given as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import pandas as pd

from mnist_core.errors import UserError
from mnist_core.ledger.column_declaration import Column, Kind, UnitsOfEachLayer, units_in
from mnist_core.text.numbers import parse_number
from mnist_core.text.sentence import Sentence

EXAMPLE = "units >= 128 and optimizer = adam"

COMPARISONS: dict[str, Callable[[Any, float], Any]] = {
    "=": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
_ON, _OFF = ("on", "yes", "true", "1"), ("off", "no", "false", "0")


class FilterError(UserError):
    """An invalid filter. The text says where it is wrong and what is expected."""


def condition_mask(values: pd.Series, item: Column, operator: str, text: str) -> pd.Series:
    """Return for each value of a column whether it meets the condition; unknown values do not.

    Raises `FilterError` if the operator or the text does not suit the column.
    """
    if item.kind is Kind.PER_LAYER and operator != "contains":
        return _compare_layers(values, item, operator, text)
    if item.kind.numeric and operator != "contains":
        return COMPARISONS[operator](values, _number(item, text)) & values.notna()
    if item.kind is Kind.TIME:
        return _compare_times(values, item, operator, text)
    if operator not in ("=", "!=", "contains"):
        raise FilterError(
            "“{label}” has no order: compare it with =, != or contains, not with {operator}.",
            label=Sentence(item.label),
            operator=operator,
        )
    if item.kind is Kind.SWITCH:
        same = values.astype(bool) == _switch(item, text)
    else:
        same = _same_text(values, item, operator, text.lower())
    return (~same if operator == "!=" else same) & values.notna()


def _compare_layers(values: pd.Series, item: Column, operator: str, text: str) -> pd.Series:
    """Compare units: with a number, which must hold for every layer, or with the units of each layer: "256, 64".

    What is not equal differs in at least one layer.
    """
    asked = [_number(item, word) for word in text.split(",")]
    if len(asked) > 1 and operator not in ("=", "!="):
        raise FilterError(
            "Several numbers are compared with = or !=, not with {operator}. Example: units >= 64.", operator=operator
        )

    def holds(value: float | UnitsOfEachLayer) -> bool:
        units = units_in(value)
        if len(asked) > 1:
            return list(units) == asked
        return all(COMPARISONS["=" if operator == "!=" else operator](number, asked[0]) for number in units)

    mask = values.map(holds).astype(bool)
    return (~mask if operator == "!=" else mask) & values.notna()


def _same_text(values: pd.Series, item: Column, operator: str, sought: str) -> pd.Series:
    """Return which texts equal or, with "contains", contain `sought`. Of several tags, one is enough."""
    if item.kind is Kind.TAGS:
        hit = (lambda tag: sought in tag) if operator == "contains" else (lambda tag: sought == tag)
        return values.map(lambda tags: any(hit(tag) for tag in tags)).astype(bool)
    texts = values.map(lambda value: f"{value:g}" if isinstance(value, float) else str(value or "")).str.lower()
    return texts.str.contains(sought, regex=False) if operator == "contains" else texts == sought


def _compare_times(values: pd.Series, item: Column, operator: str, text: str) -> pd.Series:
    """Compare dates in UTC: started >= 2026-05-01."""
    if operator == "contains" or not re.fullmatch(r"\d{4}-\d\d?-\d\d?", text):
        raise FilterError(
            "“{label}” needs a date, such as {name} >= 2026-05-01, not “{text}”.",
            label=Sentence(item.label),
            name=item.label.lower(),
            text=text[:30],
        )
    try:
        day = pd.Timestamp(text, tz="UTC")
    except ValueError:
        raise FilterError("There is no date {text}.", text=text) from None
    days = pd.to_datetime(values, unit="s", utc=True).dt.floor("D")
    return COMPARISONS[operator](days, day)


def _number(item: Column, text: str) -> float:
    """Parse a number in the unit of the column.

    An accuracy of 97.5, 97.5 % or 0.975 is the same; gaps are in percentage points, as on the screen.
    """
    try:
        value = float(parse_number(text.rstrip("% ")))
    except ValueError:
        raise FilterError(
            "“{label}” is a number, and “{text}” is not one. Example: {example}.",
            label=Sentence(item.label),
            text=text[:30],
            example=EXAMPLE,
        ) from None
    if item.kind is Kind.POINTS or (item.kind is Kind.FRACTION and (value > 1 or text.endswith("%"))):
        return value / 100
    return value


def _switch(item: Column, text: str) -> bool:
    if text.lower() not in _ON + _OFF:
        raise FilterError("“{label}” is on or off, not “{text}”.", label=Sentence(item.label), text=text[:30])
    return text.lower() in _ON
