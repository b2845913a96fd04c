"""Parallel coordinates: each run is a line through its settings, and ranges of them can be brushed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np
import pandas as pd

from mnist_core.charts.figure import GREY, Chart, trace, unchecked_figure
from mnist_core.ledger import Brush, Column, Kind, column, judged_by
from mnist_core.ledger.column_declaration import as_numbers, has_numbers, in_words
from mnist_core.text.escape import LONGEST_IN_CHART, clean
from mnist_core.text.words import in_sentence

MOST_TICKS = 8
MOST_BRUSHES = 20
COLOUR_SCALE = [[0, "#440154"], [0.25, "#3b528b"], [0.5, "#21918c"], [0.75, "#5ec962"], [1, "#b5a51c"]]
"""From low to high accuracy: Viridis, whose order is the same for colour-blind people. Its lightest tenth is left out,
because it is hardly visible on white."""


def parallel_coordinates(frame: pd.DataFrame, names: Sequence[str], brushes: Sequence[Brush] = ()) -> Chart:
    """Draw every `drawable` run as a line through its values of the named columns, coloured by accuracy.

    The browser reports brushed ranges as `{"name": column, "low": ..., "high": ...}`; `brushes_of` converts these.
    """
    measure = judged_by(frame)
    known = drawable(frame, names)
    dimensions = [_dimension(known, column(name), brushes) for name in names] if len(known) else []
    lines = trace(
        "parcoords",
        **({"dimensions": dimensions} if dimensions else {}),
        line={"color": known[measure].to_numpy(float), "colorscale": COLOUR_SCALE},
        unselected={"line": {"color": GREY, "opacity": 0.15}},
        labelside="top",
    )
    # With other ticks, the brushing that the browser keeps would mean other values.
    revision = f"{list(brushes)} {[dimension.get('ticktext') for dimension in dimensions]}"
    layout = {"margin": {"l": 56, "r": 56, "t": 56, "b": 24}, "uirevision": revision}
    figure = unchecked_figure([lines], layout)
    brushed = "; ".join(brush_in_words(brush) for brush in brushes)
    words = f"Each of {len(known)} runs is a line through its {', '.join(in_sentence(column(n).label) for n in names)}."
    return Chart(figure, f"{words} Brushed: {brushed}." if brushed else words)


def drawable(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the runs with an accuracy and with known values in all named columns. Imported runs have unknown ones."""
    known = frame[frame[judged_by(frame)].notna() & frame[list(names)].notna().all(axis=1)]
    per_layer = [name for name in names if column(name).kind is Kind.PER_LAYER]
    return known.assign(**{name: as_numbers(known[name]) for name in per_layer})


def brushes_of(frame: pd.DataFrame, names: Sequence[str], ranges: Sequence[Any]) -> tuple[Brush, ...]:
    """Convert the ranges that the browser reports to brushes. Invalid ones are left out."""
    known, brushes = drawable(frame, names), []
    for item in ranges[:MOST_BRUSHES]:
        if not isinstance(item, dict) or item.get("name") not in names:
            continue
        low, high = item.get("low"), item.get("high")
        if _is_number(low) and _is_number(high):
            brushes.append(_brush(known, column(item["name"]), float(low), float(high)))
    return tuple(brushes)


def brush_in_words(brush: Brush) -> str:
    """Return a brushed range as people read it: "hidden units 100 to 300"."""
    item = column(brush.column)
    if brush.values:
        return f"{in_sentence(item.label)} {', '.join(_value_in_words(item, it) for it in brush.values)}"
    return f"{in_sentence(item.label)} {in_words(item, brush.low)} to {in_words(item, brush.high)}"


def _value_in_words(item: Column, text: str) -> str:
    """Return a value that a brush holds as text. That of a switch is "True" or "False", or anything in a link."""
    if item.kind is Kind.SWITCH:
        return in_words(item, text == "True") if text in ("True", "False") else text
    return in_words(item, text)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and bool(np.isfinite(value))


def _has_number_axis(item: Column, values: pd.Series) -> bool:
    """Whether the axis shows numbers to scale. Otherwise, it has evenly spaced ticks for the values that occur."""
    return has_numbers(item, values) and not (item.setting and values.nunique() <= MOST_TICKS)


def _levels(frame: pd.DataFrame, item: Column) -> list[Any]:
    return sorted(frame[item.name].unique())


def _dimension(frame: pd.DataFrame, item: Column, brushes: Sequence[Brush]) -> dict[str, Any]:
    values = frame[item.name]
    ranges = [brush for brush in brushes if brush.column == item.name]
    dimension: dict[str, Any] = {"label": item.label, "name": item.name}
    if _has_number_axis(item, values):
        dimension |= {"values": values.to_numpy(float), "tickformat": ".1%" if item.kind is Kind.FRACTION else ".3~s"}
        constraint = [[brush.low, brush.high] for brush in ranges]
    else:
        levels = _levels(frame, item)
        positions = {level: position for position, level in enumerate(levels)}
        texts = [clean(in_words(item, level), LONGEST_IN_CHART) for level in levels]  # not escaped: no markup here
        dimension |= {"values": values.map(positions).to_numpy(int)}
        dimension |= {"tickvals": list(positions.values()), "ticktext": texts}
        constraint = [
            [position - 0.25, position + 0.25]
            for brush in ranges
            for level, position in positions.items()
            if bool(brush.keeps(pd.Series([level])).iloc[0])
        ]
    if constraint:
        dimension["constraintrange"] = constraint if len(constraint) > 1 else constraint[0]
    return dimension


def _brush(known: pd.DataFrame, item: Column, low: float, high: float) -> Brush:
    if _has_number_axis(item, known[item.name]):
        return Brush(item.name, low, high)
    inside = [level for position, level in enumerate(_levels(known, item)) if low <= position <= high]
    if has_numbers(item, known[item.name]):
        return Brush(item.name, float(inside[0]), float(inside[-1])) if inside else Brush(item.name, 1.0, 0.0)
    return Brush(item.name, values=tuple(str(level) for level in inside) or ("",))
