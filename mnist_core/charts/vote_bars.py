"""Who voted: what the strongest hidden units, all others and the biases add to the gap between two classes."""

from __future__ import annotations

import numpy as np

from mnist_core.charts.figure import BLUE, CLASS_AXIS, ORANGE, Chart, bare_figure, trace
from mnist_core.evaluation.forward_pass import Votes
from mnist_core.text.words import counted, signed

SHOWN = 8
"""Units with a bar of their own."""


def vote_bars(votes: Votes, one: str, other: str) -> Chart:
    """Draw what each of the strongest units adds to the logit of class `one` minus that of class `other`.

    Blue bars are votes for `one`, orange ones for `other`. All bars together are the gap.
    """
    strongest = np.argsort(-np.abs(votes.units), kind="stable")[:SHOWN]
    values = [*votes.units[strongest].tolist()]
    names = [f"unit {unit}" for unit in strongest]
    if len(votes.units) > SHOWN:
        names.append(f"{len(votes.units) - SHOWN} others")
        values.append(float(votes.units.sum() - votes.units[strongest].sum()))
    names.append("biases")
    values.append(votes.biases)
    bars = trace(
        "bar",
        x=values,
        y=names,
        orientation="h",
        marker={"color": [BLUE if value >= 0 else ORANGE for value in values]},
        text=[signed(value, 2) for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    low, high = min(0.0, *values), max(0.0, *values)
    room = 0.22 * (high - low or 1.0)
    figure = bare_figure(
        [bars],
        xaxis={"range": [low - (room if low else 0), high + room], "zeroline": True},
        yaxis={**CLASS_AXIS, "autorange": "reversed"},
    )
    return Chart(figure, votes_sentence(votes, one, other))


def votes_sentence(votes: Votes, one: str, other: str) -> str:
    """Say how many units voted for which class, and what it comes to."""
    for_one, against = votes.units[votes.units > 0], votes.units[votes.units < 0]
    gap = votes.gap
    return (
        f"{counted(len(for_one), 'unit')} voted for {one} ({signed(float(for_one.sum()), 2)}) and "
        f"{counted(len(against), 'unit')} for {other} ({signed(float(against.sum()), 2)}); the biases add "
        f"{signed(votes.biases, 2)}. Together {signed(gap, 2)}: the logit of {one} is that much "
        f"{'above' if gap >= 0 else 'below'} that of {other}."
    )
