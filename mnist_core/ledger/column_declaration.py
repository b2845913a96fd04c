"""What the declaration of a ledger column holds, and how its values are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from mnist_core.ledger.row import UNKNOWN, Row
from mnist_core.text.words import percent


class Kind(Enum):
    """What the values of a column are."""

    NUMBER = "number"
    FRACTION = "fraction"  # 0 to 1, shown in percent
    POINTS = "points"  # a difference of fractions, shown in percentage points
    TEXT = "text"
    SWITCH = "switch"  # on or off
    TAGS = "tags"
    TIME = "time"  # seconds since 1970

    @property
    def numeric(self) -> bool:
        """Whether values can be larger or smaller, and have differences and means."""
        return self in (Kind.NUMBER, Kind.FRACTION, Kind.POINTS)


@dataclass(frozen=True)
class Column:
    """One column: `name` in the data frame and in addresses, `label` on the screen, `aliases` in filters.

    `value` takes its value from a row; None where it is not known. `digits` are those after the point on the screen
    (of percent for fractions); None stands for all. `in_words` writes a value where its kind does not say how.
    `setting` and `result` tell inputs from outcomes: results get differences and spreads. `by_default` columns are
    shown unless somebody picks others, and `only_if_any` ones only where some row has a value.
    """

    name: str
    label: str
    kind: Kind
    value: Callable[[Row], Any]
    help: str = ""
    aliases: tuple[str, ...] = ()
    digits: int | None = None
    in_words: Callable[[Any], str] | None = None
    setting: bool = False
    result: bool = False
    by_default: bool = True
    only_if_any: bool = False


def in_words(item: Column, value: Any) -> str:
    """Return a value as people read it: "98.12 %", "on", "0.001"."""
    if value is None or value != value:
        return UNKNOWN
    if item.in_words is not None:
        return item.in_words(value)
    if item.kind is Kind.SWITCH:
        return "on" if value else "off"
    if item.kind is Kind.TAGS:
        return value if isinstance(value, str) else ", ".join(value)
    if item.kind is Kind.FRACTION:
        return percent(value, item.digits or 0)
    if item.kind is Kind.POINTS:
        return f"{100 * value:.{item.digits or 0}f} points"
    if item.kind is Kind.NUMBER:
        return f"{value:,.{item.digits}f}" if item.digits is not None else f"{value:,.6g}"
    return str(value)
