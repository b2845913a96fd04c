"""Many runs at once: accuracy against a setting or a cost, and all settings as parallel coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mnist_core.charts.figure import BLUE, MUTED_TEXT, ORANGE, QUIET, Chart, bare_figure
from mnist_core.ledger import Brush, Column, ComparableRuns, Kind, column, comparable_runs, frontier, judged_by
from mnist_core.ledger.columns import in_words
from mnist_core.text.escape import LONGEST_IN_CHART, clean, for_chart
from mnist_core.text.words import percent

WIDE_RANGE = 20
"""From this ratio of largest to smallest on, a positive setting gets a logarithmic axis."""
MOST_TICKS = 8
MOST_BRUSHES = 20
MOST_LINES = 6
"""Groups of comparable runs that are drawn as lines, the largest ones."""
LONGEST_HOVER = 200
# Viridis, which all eyes order from dark to light; the lightest tenth is left out, as it would vanish on white.
_SCALE = [[0, "#440154"], [0.25, "#3b528b"], [0.5, "#21918c"], [0.75, "#5ec962"], [1, "#b5a51c"]]


def accuracy_against(frame: pd.DataFrame, name: str, marked: Sequence[int] = ()) -> Chart:
    """Draw every run's accuracy over a setting; `marked` runs stand out. `frame` is a ledger's.

    Runs that are alike in all else are joined by a line, through the mean over their seeds; no others are averaged.
    Which accuracy, `judged_by` says, here and below.
    """
    measure = judged_by(frame)
    item, known = column(name), frame[frame[measure].notna()]
    groups = comparable_runs(known, name)
    axis = _number_axis(known[name]) if item.kind is Kind.NUMBER else {"type": "category"}
    lines = [_line_of_group(group, item, measure, first=not place) for place, group in enumerate(groups[:MOST_LINES])]
    figure = bare_figure(
        [_runs_as_points(known, measure, _places(item, known[name]), marked), *lines],
        xaxis={"title": {"text": item.label}, **axis},
        yaxis=_accuracy_axis(measure),
        showlegend=True,
        hovermode="closest",
        uirevision=name,
    )
    return Chart(figure, _against_summary(item, column(measure), known, groups))


def _line_of_group(group: ComparableRuns, item: Column, measure: str, first: bool) -> go.Scatter:
    means = group.frame.groupby(item.name)[measure].agg(["mean", "size"])
    texts = [f"mean of {size} seeds" if size > 1 else "1 run" for size in means["size"]]
    return go.Scatter(
        x=_places(item, pd.Series(means.index)),
        y=means["mean"].to_numpy(),
        mode="lines+markers",
        marker={"symbol": "line-ew-open", "size": 14, "color": ORANGE, "line": {"width": 3}},
        line={"color": ORANGE, "width": 1, "dash": "dot"},
        name="alike in all else",
        legendgroup="alike",
        showlegend=first,
        customdata=[for_chart(f"{group.words}: {text}" if group.words else text, LONGEST_HOVER) for text in texts],
        hovertemplate="%{y:.2%} at %{x}<br>%{customdata}<extra></extra>",
    )


def _places(item: Column, values: pd.Series) -> list[Any]:
    """Return where values of a setting stand: numbers by themselves, all else as what people read."""
    return [value if item.kind is Kind.NUMBER else for_chart(in_words(item, value)) for value in values]


def accuracy_against_cost(frame: pd.DataFrame, name: str, marked: Sequence[int] = ()) -> Chart:
    """Draw accuracy over "parameters" or "seconds", with the Pareto frontier: runs that no other one beats."""
    measure = judged_by(frame)
    item, known = column(name), frame[frame[measure].notna() & (frame[name] > 0)]
    cost, accuracy = known[name].to_numpy(float), known[measure].to_numpy(float)
    places = frontier(cost, accuracy)
    line = go.Scatter(
        x=cost[places],
        y=accuracy[places],
        mode="lines+markers",
        line={"color": ORANGE, "width": 2, "shape": "hv"},
        marker={"size": 10, "symbol": "diamond", "color": ORANGE},
        customdata=[f"Run {run}" for run in known["run"].iloc[places]],
        hovertemplate="<b>%{customdata}</b>: nothing cheaper is as good<br>%{y:.2%}<extra></extra>",
        name="best for its cost",
    )
    figure = bare_figure(
        [_runs_as_points(known, measure, known[name], marked), line],
        xaxis={"title": {"text": item.label}, **_number_axis(known[name])},
        yaxis=_accuracy_axis(measure),
        showlegend=True,
        hovermode="closest",
        uirevision=name,
    )
    return Chart(figure, _frontier_summary(item, measure, known.iloc[places]))


def _accuracy_axis(measure: str) -> dict[str, Any]:
    return {"title": {"text": column(measure).label}, "tickformat": ".3~%", "fixedrange": False}


def _runs_as_points(frame: pd.DataFrame, measure: str, x: Any, marked: Sequence[int]) -> go.Scatter:
    chosen = frame["run"].isin(list(marked))
    return go.Scatter(
        x=list(x),
        y=frame[measure].to_numpy(float),
        mode="markers",
        marker={
            "size": np.where(chosen, 12, 8),
            "color": BLUE,
            "opacity": 0.75,
            "line": {"width": np.where(chosen, 2, 0), "color": MUTED_TEXT},
        },
        customdata=[f"Run {run}{': ' + for_chart(name) if name else ''}" for run, name in _names(frame)],
        hovertemplate="<b>%{customdata}</b><br>%{y:.2%} at %{x}<extra></extra>",
        name="runs",
    )


def _names(frame: pd.DataFrame) -> list[tuple[int, str]]:
    return list(zip(frame["run"], frame["name"], strict=True))


def _number_axis(values: pd.Series) -> dict[str, Any]:
    low, high = values.min(), values.max()
    if low > 0 and high / low >= WIDE_RANGE:
        return {"type": "log", "dtick": "D2", "tickformat": "~s"}
    return {"tickformat": "~s" if high >= 10_000 else "~g"}


def _against_summary(item: Column, measure: Column, known: pd.DataFrame, groups: Sequence[ComparableRuns]) -> str:
    """Say which runs can be compared, and how they do: those that are alike in all else."""
    if known.empty:
        return "No accuracy yet: no run has finished an epoch."
    count = f"{len(known):,} run{'' if len(known) == 1 else 's'}"
    label = item.label.lower()
    if not groups:
        return f"{measure.label} of {count}. No two finished ones differ in nothing but their {label} and seed."
    first = groups[0]
    means = first.frame.groupby(item.name)[measure.name].mean()
    best, worst = (f"{in_words(item, at)} ({percent(means[at])})" for at in (means.idxmax(), means.idxmin()))
    several = f"{len(groups)} lines join" if len(groups) > 1 else "A line joins"
    of_largest = f", in the largest group ({first.words})" if len(groups) > 1 else ""
    return (
        f"{measure.label} of {count}. {several} finished runs that differ in nothing but their {label} and seed, "
        f"through the means over seeds: highest with {best}, lowest with {worst}{of_largest}."
    )


def _frontier_summary(item: Column, measure: str, best: pd.DataFrame) -> str:
    if best.empty:
        return "No accuracy yet: no run has finished an epoch."
    parts = [
        f"run {row.run} ({percent(getattr(row, measure))}, {in_words(item, getattr(row, item.name))})"
        for row in best.itertuples()
    ]
    shown = parts if len(parts) <= MOST_TICKS else [*parts[: MOST_TICKS - 1], parts[-1]]
    return f"Best accuracy for their {item.label.lower()}, from cheap to good: {', '.join(shown)}."


# -- parallel coordinates ---------------------------------------------------------------------------


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
        line={"color": known[measure].to_numpy(float), "colorscale": _SCALE},
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
