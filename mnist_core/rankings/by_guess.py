"""Ranking by the guesses in lessons: how close a guess is to what the student's own run answered."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

from mnist_core.rankings.places import Place, places

_NUMBER = re.compile(r"\s*([+-]?[\d,]*\.?\d+(?:e[+-]?\d+)?)\s*(%?)", re.IGNORECASE)


class Guess(NamedTuple):
    """A guess and the answer, as numbers in the same unit: those of a fraction are in percent."""

    nickname: str
    guess: float
    answer: float

    @property
    def error(self) -> float:
        """The distance from the answer, as a share of the larger of both amounts: 0 is exact, 1 and more is far off."""
        largest = max(abs(self.guess), abs(self.answer))
        return abs(self.guess - self.answer) / largest if largest else 0.0


class BestGuess(NamedTuple):
    """The best guess of a student, and how many guesses there were."""

    best: Guess
    guesses: int


def by_guess(guesses: Iterable[Guess]) -> list[Place[BestGuess]]:
    """Rank students by the best of their guesses, the closest first. Errors that round to the same 0.01 % are equal."""
    of_each: dict[str, list[Guess]] = {}
    for it in guesses:
        of_each.setdefault(it.nickname, []).append(it)
    best = [BestGuess(min(its, key=lambda it: it.error), len(its)) for its in of_each.values()]
    return places(best, key=lambda it: round(it.best.error, 4))


def number_in(guess: str) -> float | None:
    """Return the number that a guess begins with, "97.5 %" or "1,234"; None for a choice or a pair of classes."""
    found = _NUMBER.match(guess)
    value = float(found[1].replace(",", "")) if found else math.nan
    return value if math.isfinite(value) else None
