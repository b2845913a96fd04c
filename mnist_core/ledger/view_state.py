"""The view state of the Runs page: whose runs are shown and how, as one value that a link can hold."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import pandas as pd
from pandas.api.types import is_numeric_dtype

from mnist_core.ledger.column_declaration import Kind, units_in
from mnist_core.ledger.columns import column, is_column
from mnist_core.text.escape import clean
from mnist_core.text.numbers import parse_number, parse_numbers

EVERYONE = "all"
MOST_RUNS = 1000
FILTER_LENGTH = 300
PLOTS = ("setting", "coordinates", "parameters", "seconds")
MEASURES = ("test_accuracy", "accuracy", "validation_accuracy", "test_loss", "loss", "validation_loss")
AXES = ("epochs", "steps", "seconds")
MOST_SMOOTHING = 0.95
_NO_RANGE = "the app expects a range such as hidden_units:100..300"


class Brush(NamedTuple):
    """A range of a column's values, both ends included; for a column of texts, the set `values`.

    Where hidden layers differ, a range keeps those of which each is in it.
    """

    column: str
    low: float = -math.inf
    high: float = math.inf
    values: tuple[str, ...] = ()

    def keeps(self, values: pd.Series) -> pd.Series:
        """Return for each value whether it is in the range."""
        if self.values:
            return values.map(lambda value: f"{value:g}" if isinstance(value, float) else str(value)).isin(self.values)
        if not is_numeric_dtype(values):
            return values.map(lambda units: self.low <= min(units_in(units)) <= max(units_in(units)) <= self.high)
        return values.astype(float).between(self.low, self.high)

    def to_text(self) -> str:
        """Return the range as text for an address."""
        if self.values:
            return f"{self.column}:{'|'.join(self.values)}"
        return f"{self.column}:{_exact(self.low)}..{_exact(self.high)}"


def owner_tag(owner: str) -> str:
    """Return 12 hex digits that identify a browser in public. Its id itself is secret."""
    return hashlib.sha256(f"ledger of {owner}".encode()).hexdigest()[:12]


@dataclass(frozen=True)
class ViewState:
    """Everything on the Runs page that a link has to hold.

    `of` is `EVERYONE` or an `owner_tag`; "" means the person who opens the link. Without `columns`, those that suit the
    runs are shown. `sort` is a column's name, with "-" in front for descending order. `runs` are the ticked ones.
    """

    of: str = ""
    filter: str = ""
    columns: tuple[str, ...] = ()
    sort: str = "-run"
    baseline: int | None = None
    runs: tuple[int, ...] = ()
    seeds: bool = False
    brush: tuple[Brush, ...] = ()
    plot: str = "setting"
    against: str = ""
    measure: str = "test_accuracy"
    over: str = "epochs"
    smooth: float = 0.0
    log: bool = False

    def to_query(self) -> dict[str, str]:
        """Return the parts that differ from their defaults, by the names of `ADDRESS`, as text for an address."""
        default = ViewState()
        parts = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: _WRITE[name](value) for name, value in parts.items() if value != getattr(default, name)}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[ViewState, list[str]]:
        """Parse what `to_query` wrote. Invalid parts are left out; the second value has a sentence on each of them."""
        values: dict[str, Any] = {}
        problems = []
        for name, text in query.items():
            if name not in _READ:
                continue
            try:
                values[name] = _READ[name](text)
            except ValueError as error:
                problems.append(f"The link's {name}={clean(text, 40)} is not valid: {error}.")
        return cls(**values), problems


ADDRESS: tuple[str, ...] = tuple(item.name for item in fields(ViewState))
"""The names of the parts of a view in an address."""


# -- as text ----------------------------------------------------------------------------------------


def _exact(value: float) -> str:
    """Return a short text of a number that parses to the same number."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


def _write_runs(runs: Iterable[int]) -> str:
    """Return numbers in ascending order, consecutive ones as a range: "1-3,7"."""
    parts: list[list[int]] = []
    for run in sorted(runs):
        if parts and run == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], run]
        else:
            parts.append([run])
    return ",".join("-".join(map(str, part)) for part in parts)


def _read_runs(text: str) -> tuple[int, ...]:
    runs: list[int] = []
    for part in text.split(","):
        if not (found := re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", part)):
            raise ValueError("the app expects numbers of runs, such as 1-3,7")
        low, high = int(found[1]), int(found[2] or found[1])
        if high - low >= MOST_RUNS or len(runs) >= MOST_RUNS:
            raise ValueError(f"it names more than {MOST_RUNS:,} runs")
        runs += range(low, high + 1)
    return tuple(dict.fromkeys(runs[:MOST_RUNS]))


def _read_run(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise ValueError("the app expects the number of a run")
    return int(text)


def _read_of(text: str) -> str:
    if not re.fullmatch(rf"{EVERYONE}|[0-9a-f]{{12}}", text):
        raise ValueError(f"the app expects {EVERYONE}, or 12 hex digits that stand for a browser")
    return text


def _read_filter(text: str) -> str:
    if len(text) > FILTER_LENGTH:
        raise ValueError(f"a filter has at most {FILTER_LENGTH} characters")
    return clean(text, FILTER_LENGTH)


def _read_columns(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(filter(None, text.split(","))))
    for name in names:
        _require_column(name)
    return names


def _read_sort(text: str) -> str:
    _require_column(text.removeprefix("-"))
    return text


def _require_column(name: str) -> str:
    if not is_column(name):
        raise ValueError(f"there is no column {name[:40]!r}")
    return name


def _read_brushes(text: str) -> tuple[Brush, ...]:
    return tuple(_read_brush(part) for part in text.split(";")[:20])


def _read_brush(text: str) -> Brush:
    name, _, rest = text.partition(":")
    _require_column(name)
    kind = column(name).kind
    if kind is Kind.PER_LAYER and ".." not in rest:
        return Brush(name, values=_read_units(rest))
    if kind.numeric:
        try:
            low, high = (float(parse_number(end)) for end in rest.split(".."))
        except ValueError:
            raise ValueError(_NO_RANGE) from None
        return Brush(name, low, high)
    return Brush(name, values=tuple(rest.split("|")[:50]))


def _read_units(text: str) -> tuple[str, ...]:
    try:
        numbers = [parse_numbers(part) for part in text.split("|")[:50]]
    except ValueError:
        raise ValueError(_NO_RANGE) from None
    return tuple(", ".join(map(str, it)) if isinstance(it, tuple) else str(it) for it in numbers)


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"the app expects one of {', '.join(allowed)}")
        return text

    return read


def _read_switch(text: str) -> bool:
    return _one_of("yes", "no")(text) == "yes"


def _read_smooth(text: str) -> float:
    try:
        value = float(parse_number(text))
    except ValueError:
        value = math.nan
    if not 0 <= value <= MOST_SMOOTHING:
        raise ValueError(f"the app expects a number from 0 to {MOST_SMOOTHING:g}")
    return value


def _read_against(text: str) -> str:
    if not column(_require_column(text)).setting:
        raise ValueError("the app expects a setting")
    return text


_READ: dict[str, Callable[[str], Any]] = {
    "of": _read_of,
    "filter": _read_filter,
    "columns": _read_columns,
    "sort": _read_sort,
    "baseline": _read_run,
    "runs": _read_runs,
    "seeds": _read_switch,
    "brush": _read_brushes,
    "plot": _one_of(*PLOTS),
    "against": _read_against,
    "measure": _one_of(*MEASURES),
    "over": _one_of(*AXES),
    "smooth": _read_smooth,
    "log": _read_switch,
}
_WRITE: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(_READ, str),
    "columns": ",".join,
    "runs": _write_runs,
    "seeds": lambda on: "yes" if on else "no",
    "log": lambda on: "yes" if on else "no",
    "brush": lambda brushes: ";".join(brush.to_text() for brush in brushes),
    "smooth": lambda value: f"{value:g}",
}
