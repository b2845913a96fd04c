"""The rules in the order in which their hints are shown, and how many of them."""

from __future__ import annotations

from collections.abc import Callable

from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint
from mnist_core.diagnosis.hints.jumping import jumping
from mnist_core.diagnosis.hints.lagging_averages import lagging_averages
from mnist_core.diagnosis.hints.large_weights import large_weights
from mnist_core.diagnosis.hints.memorised_labels import memorised_labels
from mnist_core.diagnosis.hints.more_units import more_units
from mnist_core.diagnosis.hints.not_finite import not_finite
from mnist_core.diagnosis.hints.overfitting import overfitting
from mnist_core.diagnosis.hints.small_weights import small_weights
from mnist_core.diagnosis.hints.strong_dropout import strong_dropout
from mnist_core.diagnosis.hints.strong_l2 import strong_l2
from mnist_core.diagnosis.hints.stuck import stuck
from mnist_core.diagnosis.hints.too_slow import too_slow
from mnist_core.diagnosis.hints.units_that_never_fire import units_that_never_fire
from mnist_core.diagnosis.hints.within_chance import within_chance
from mnist_core.diagnosis.hints.zero_weights import zero_weights
from mnist_core.runs.run_records import State

MOST = 2
"""Hints at a time: more would be a list to work through, and the first mostly cures the rest."""

RULES: tuple[Callable[[Facts], Hint | None], ...] = (
    not_finite,
    zero_weights,
    small_weights,
    large_weights,
    stuck,
    jumping,
    lagging_averages,
    units_that_never_fire,
    memorised_labels,
    overfitting,
    strong_dropout,
    strong_l2,
    too_slow,
    more_units,
    within_chance,
)
"""The most useful first: what makes a run worthless; then what holds its network back, the graver fault first; then
what the result is worth beside those of other runs. A fault explains those after it more often than the other way
round: too high a learning rate makes the loss jump, and units die of it. Where a rule has the advice of one before it,
it says nothing new, and its hint is left out."""


def hints_for(facts: Facts) -> list[Hint]:
    """Return at most `MOST` hints for a run, the most useful first, no two with the same advice.

    While it trains, there is one at most, so that the page does not move.
    """
    if facts.run.imported or facts.run.state is State.DAMAGED:
        return []
    found: list[Hint] = []
    for rule in RULES:
        new = rule(facts)
        if new is not None and new.config not in [it.config for it in found]:
            found.append(new)
    return found[: MOST if facts.run.state.ended else 1]
