"""Rankings by the drawings of a class that a run has not learned from: by accuracy, and by parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from mnist_core.rankings.places import Place, places

FEWEST_DRAWINGS = 20
"""Drawings that a run must be tested with to be ranked: one drawing more or less is 5 percentage points then."""
NEAR_BEST = Fraction(95, 100)
"""The share of the best accuracy that a network must reach to be ranked by its parameters."""


class ClassScore(NamedTuple):
    """What the network of a run reads of a class's drawings: `right` of `drawings`, which it did not learn from."""

    run: int
    nickname: str
    right: int
    drawings: int
    parameters: int

    @property
    def accuracy(self) -> Fraction:
        """The exact share, so that ties are ties."""
        return Fraction(self.right, self.drawings) if self.drawings else Fraction(0)


def by_accuracy(scores: Iterable[ClassScore]) -> list[Place[ClassScore]]:
    """Rank students by their best run: the share of drawings that it reads correctly, highest first."""
    counted = [it for it in scores if it.drawings >= FEWEST_DRAWINGS]
    return places(_best_of_each(counted, _error), key=_error)


def by_parameters(scores: Sequence[ClassScore]) -> list[Place[ClassScore]]:
    """Rank students by their smallest run that reads at least `NEAR_BEST` of what the best run of the class reads.

    Fewer parameters are better; of as many, the higher accuracy is. A plain quotient of accuracy and parameters would
    be won by the smallest network possible, however badly it reads.
    """
    counted = [it for it in scores if it.drawings >= FEWEST_DRAWINGS]
    bar = NEAR_BEST * max((it.accuracy for it in counted), default=Fraction(0))
    near = [it for it in counted if it.right and it.accuracy >= bar]
    return places(_best_of_each(near, _size), key=_size)


def _best_of_each(scores: Iterable[ClassScore], key: Callable[[ClassScore], Any]) -> list[ClassScore]:
    """Return the best score of each student, by the smallest key; of equals, that of the earliest run."""
    best: dict[str, ClassScore] = {}
    for it in sorted(scores, key=lambda score: (key(score), score.run)):
        best.setdefault(it.nickname, it)
    return list(best.values())


def _error(score: ClassScore) -> Fraction:
    return 1 - score.accuracy


def _size(score: ClassScore) -> tuple[int, Fraction]:
    return score.parameters, _error(score)
