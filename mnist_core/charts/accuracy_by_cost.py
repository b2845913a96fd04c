"""Accuracy against parameters or training time, with the Pareto frontier."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mnist_core.charts.figure import ORANGE, Chart, bare_figure, trace
from mnist_core.charts.run_scatter import accuracy_axis, number_axis, scatter_of_runs
from mnist_core.ledger import Column, column, frontier, judged_by
from mnist_core.ledger.column_declaration import in_words
from mnist_core.text.words import in_sentence, percent

MOST_LISTED = 8
"""Most runs of the frontier that the summary lists."""


def accuracy_against_cost(frame: pd.DataFrame, name: str, marked: Sequence[int] = ()) -> Chart:
    """Draw accuracy against "parameters" or "seconds", with the Pareto frontier: the runs that no other run beats."""
    measure = judged_by(frame)
    item, known = column(name), frame[frame[measure].notna() & (frame[name] > 0)]
    cost, accuracy = known[name].to_numpy(float), known[measure].to_numpy(float)
    best = frontier(cost, accuracy)
    line = trace(
        "scatter",
        x=cost[best],
        y=accuracy[best],
        mode="lines+markers",
        line={"color": ORANGE, "width": 2, "shape": "hv"},
        marker={"size": 10, "symbol": "diamond", "color": ORANGE},
        customdata=[f"Run {run}" for run in known["run"].iloc[best]],
        hovertemplate="<b>%{customdata}</b>: nothing cheaper is as good<br>%{y:.2%}<extra></extra>",
        name="best for its cost",
    )
    figure = bare_figure(
        [scatter_of_runs(known, measure, known[name], marked), line],
        xaxis={"title": {"text": item.label}, **number_axis(known[name])},
        yaxis=accuracy_axis(measure),
        showlegend=True,
        hovermode="closest",
        uirevision=name,
    )
    return Chart(figure, _frontier_summary(item, measure, known.iloc[best]))


def _frontier_summary(item: Column, measure: str, best: pd.DataFrame) -> str:
    if best.empty:
        return "No accuracy yet: no run has finished an epoch."
    parts = [
        f"run {row.run} ({percent(getattr(row, measure))}, {in_words(item, getattr(row, item.name))})"
        for row in best.itertuples()
    ]
    shown = parts if len(parts) <= MOST_LISTED else [*parts[: MOST_LISTED - 1], parts[-1]]
    return f"Best accuracy for their {in_sentence(item.label)}, from cheap to good: {', '.join(shown)}."
