"""Accuracy against a setting: one point for each run, and lines through runs that differ in nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mnist_core.charts.figure import ORANGE, Chart, bare_figure
from mnist_core.charts.run_scatter import accuracy_axis, number_axis, scatter_of_runs
from mnist_core.ledger import Column, ComparableRuns, Kind, column, comparable_runs, judged_by
from mnist_core.ledger.column_declaration import in_words
from mnist_core.text.escape import for_chart
from mnist_core.text.words import percent

MOST_LINES = 6
"""Groups of comparable runs that are drawn as lines, the largest ones."""
LONGEST_HOVER = 200


def accuracy_against(frame: pd.DataFrame, name: str, marked: Sequence[int] = ()) -> Chart:
    """Draw every run's accuracy over a setting; `marked` runs stand out. `frame` is a ledger's.

    Runs that are alike in all else are joined by a line, through the mean over their seeds; no others are averaged.
    Which accuracy, `judged_by` says, here and below.
    """
    measure = judged_by(frame)
    item, known = column(name), frame[frame[measure].notna()]
    groups = comparable_runs(known, name)
    axis = number_axis(known[name]) if item.kind is Kind.NUMBER else {"type": "category"}
    lines = [_line_of_group(group, item, measure, first=not place) for place, group in enumerate(groups[:MOST_LINES])]
    figure = bare_figure(
        [scatter_of_runs(known, measure, _places(item, known[name]), marked), *lines],
        xaxis={"title": {"text": item.label}, **axis},
        yaxis=accuracy_axis(measure),
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
