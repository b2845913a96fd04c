"""All settings of many runs as parallel coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mnist_core.charts.figure import QUIET, Chart
from mnist_core.ledger import Brush, Column, Kind, column, judged_by
from mnist_core.ledger.column_declaration import in_words
from mnist_core.text.escape import LONGEST_IN_CHART, clean

MOST_TICKS = 8
MOST_BRUSHES = 20
COLOUR_SCALE = [[0, "#440154"], [0.25, "#3b528b"], [0.5, "#21918c"], [0.75, "#5ec962"], [1, "#b5a51c"]]
"""From low to high accuracy: Viridis, which has the same order for all eyes. Its lightest tenth is left out, since it
would vanish on white."""


def parallel_coordinates(frame: pd.DataFrame, names: Sequence[str], brushes: Sequence[Brush] = ()) -> Chart:
    """Draw every `drawable` run as a line through its values of the named columns, coloured by accuracy.

    Ranges that are brushed along an axis come back from the browser as `{"name": column, "low": ..., "high": ...}`;
    `brushes_of` makes a `Brush` of each.
    """
    measure = judged_by(frame)
    known = drawable(frame, names)
    dimensions = [_dimension(known, column(name), brushes) for name in names] if len(known) else []
    lines = go.Parcoords(
        dimensions=dimensions,
        line={"color": known[measure].to_numpy(float), "colorscale": COLOUR_SCALE},
        unselected={"line": {"color": QUIET, "opacity": 0.15}},
        labelside="top",
    )
    # What the browser keeps of its own brushing would mean something else along other ticks.
    kept = f"{list(brushes)} {[dimension.get('ticktext') for dimension in dimensions]}"
    layout = {"template": "none", "margin": {"l": 56, "r": 56, "t": 56, "b": 24}, "uirevision": kept}
    figure = go.Figure([lines], layout)
    brushed = "; ".join(brush_in_words(brush) for brush in brushes)
    words = f"Each of {len(known)} runs is a line through its {', '.join(column(n).label.lower() for n in names)}."
    return Chart(figure, f"{words} Brushed: {brushed}." if brushed else words)


def drawable(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the runs that have been measured and of which all the named columns are known; not so imported ones."""
    return frame[frame[judged_by(frame)].notna() & frame[list(names)].notna().all(axis=1)]


def brushes_of(frame: pd.DataFrame, names: Sequence[str], ranges: Sequence[Any]) -> tuple[Brush, ...]:
    """Return what the browser reports of brushed axes as ranges of columns. What makes no sense is left out."""
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
        return f"{item.label.lower()} {', '.join(in_words(item, value) for value in brush.values)}"
    return f"{item.label.lower()} {in_words(item, brush.low)} to {in_words(item, brush.high)}"


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and bool(np.isfinite(value))


def _by_value(item: Column, values: pd.Series) -> bool:
    """Whether the column is drawn by its numbers, and not by the places of its few values, one as far as the next."""
    return item.kind.numeric and not (item.setting and values.nunique() <= MOST_TICKS)


def _levels(frame: pd.DataFrame, item: Column) -> list[Any]:
    return sorted(frame[item.name].unique())


def _dimension(frame: pd.DataFrame, item: Column, brushes: Sequence[Brush]) -> dict[str, Any]:
    values = frame[item.name]
    ranges = [brush for brush in brushes if brush.column == item.name]
    dimension: dict[str, Any] = {"label": item.label, "name": item.name}
    if _by_value(item, values):
        dimension |= {"values": values.to_numpy(float), "tickformat": ".1%" if item.kind is Kind.FRACTION else ".3~s"}
        constraint = [[brush.low, brush.high] for brush in ranges]
    else:
        levels = _levels(frame, item)
        places = {level: place for place, level in enumerate(levels)}
        texts = [clean(in_words(item, level), LONGEST_IN_CHART) for level in levels]  # these ticks know no markup
        dimension |= {"values": values.map(places).to_numpy(int), "tickvals": list(places.values()), "ticktext": texts}
        constraint = [
            [place - 0.25, place + 0.25]
            for brush in ranges
            for level, place in places.items()
            if bool(brush.keeps(pd.Series([level])).iloc[0])
        ]
    if constraint:
        dimension["constraintrange"] = constraint if len(constraint) > 1 else constraint[0]
    return dimension


def _brush(known: pd.DataFrame, item: Column, low: float, high: float) -> Brush:
    if _by_value(item, known[item.name]):
        return Brush(item.name, low, high)
    inside = [level for place, level in enumerate(_levels(known, item)) if low <= place <= high]
    if item.kind.numeric:
        return Brush(item.name, float(inside[0]), float(inside[-1])) if inside else Brush(item.name, 1.0, 0.0)
    return Brush(item.name, values=tuple(str(level) for level in inside) or ("",))
