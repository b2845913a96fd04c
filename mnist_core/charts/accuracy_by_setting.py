"""Accuracy against one setting: a point for each run, and lines through runs that differ in no other setting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from mnist_core.charts.figure import ORANGE, Chart, Trace, bare_figure, trace
from mnist_core.charts.run_scatter import accuracy_axis, number_axis, scatter_of_runs
from mnist_core.ledger import Column, ComparableRuns, Kind, column, comparable_runs, judged_by
from mnist_core.ledger.column_declaration import has_numbers, in_words
from mnist_core.text.escape import for_chart
from mnist_core.text.words import in_sentence, percent

MOST_LINES = 6
"""Most groups of comparable runs that are drawn as lines; the largest ones are."""
LONGEST_HOVER = 200


def accuracy_against(frame: pd.DataFrame, name: str, marked: Sequence[int] = ()) -> Chart:
    """Draw the accuracy of all runs against the setting `name`; `marked` runs are emphasised. `frame` is a ledger's.

    A line joins runs that differ in no other setting but their seed, through the mean over the seeds. Only these are
    averaged. `judged_by` chooses between test and validation accuracy.
    """
    measure = judged_by(frame)
    item, known = column(name), frame[frame[measure].notna()]
    groups = comparable_runs(known, name)
    axis = number_axis(known[name]) if has_numbers(item, known[name]) else _categories(item, known[name])
    lines = [_line_of_group(group, item, measure, first=not index) for index, group in enumerate(groups[:MOST_LINES])]
    figure = bare_figure(
        [scatter_of_runs(known, measure, _positions(item, known[name]), marked), *lines],
        xaxis={"title": {"text": item.label}, **axis},
        yaxis=accuracy_axis(measure),
        showlegend=True,
        hovermode="closest",
        uirevision=name,
    )
    return Chart(figure, _against_summary(item, column(measure), known, groups))


def _line_of_group(group: ComparableRuns, item: Column, measure: str, first: bool) -> Trace:
    means = group.frame.groupby(item.name)[measure].agg(["mean", "size"])
    texts = [f"mean of {size} seeds" if size > 1 else "1 run" for size in means["size"]]
    return trace(
        "scatter",
        x=_positions(item, pd.Series(means.index)),
        y=means["mean"].to_numpy(),
        mode="lines+markers",
        marker={"symbol": "line-ew-open", "size": 14, "color": ORANGE, "line": {"width": 3}},
        line={"color": ORANGE, "width": 1, "dash": "dot"},
        name="otherwise alike",
        legendgroup="alike",
        showlegend=first,
        customdata=[for_chart(f"{group.words}: {text}" if group.words else text, LONGEST_HOVER) for text in texts],
        hovertemplate="%{y:.2%} at %{x}<br>%{customdata}<extra></extra>",
    )


def _positions(item: Column, values: pd.Series) -> list[Any]:
    """Return the positions of a setting's values on the axis: numbers themselves, other values as text."""
    return [value if has_numbers(item, values) else for_chart(in_words(item, value)) for value in values]


def _categories(item: Column, values: pd.Series) -> dict[str, Any]:
    """Return a horizontal axis for values in words. Only those of layers have an order."""
    if item.kind is not Kind.PER_LAYER:
        return {"type": "category"}
    texts = [for_chart(in_words(item, value)) for value in sorted(values.dropna().unique())]
    return {"type": "category", "categoryorder": "array", "categoryarray": texts}


def _against_summary(item: Column, measure: Column, known: pd.DataFrame, groups: Sequence[ComparableRuns]) -> str:
    """Say which runs can be compared, those that differ in no other setting, and which values are best and worst."""
    if known.empty:
        return "No accuracy yet: no run has finished an epoch."
    count = f"{len(known):,} run{'' if len(known) == 1 else 's'}"
    label = in_sentence(item.label)
    if not groups:
        return f"{measure.label} of {count}. No two finished runs differ only in their {label} and seed."
    first = groups[0]
    means = first.frame.groupby(item.name)[measure.name].mean()
    best, worst = (f"{in_words(item, it)} ({percent(means[it])})" for it in (means.idxmax(), means.idxmin()))
    several = f"{len(groups)} lines join" if len(groups) > 1 else "A line joins"
    of_largest = f", in the largest group ({first.words})" if len(groups) > 1 else ""
    return (
        f"{measure.label} of {count}. {several} finished runs that differ only in their {label} and seed, "
        f"through the means over seeds: highest with {best}, lowest with {worst}{of_largest}."
    )
