"""Whether the accuracies of two to twenty runs differ significantly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.text.words import listed, percent

SIGNIFICANT = 0.05
"""The significance level: a difference with a smaller p-value is significant."""
MOST_LISTED = 4
"""Most runs that a sentence lists by number; of more, it says how many."""


@dataclass(frozen=True, eq=False)
class RunResult:
    """The test result of a run: `accuracy` is the fraction of `images` test images that it classifies correctly.

    `right` (images,) says which ones; None if the network of the run is not available.
    """

    run: int
    accuracy: float
    images: int
    right: NDArray[np.bool_] | None = None

    @classmethod
    def from_predictions(cls, run: int, right: NDArray[np.bool_]) -> RunResult:
        """Return the result of a run from `right` (images,): whether each test image is classified correctly."""
        return cls(run, float(right.mean()), len(right), right)


class Comparison(NamedTuple):
    """The best run compared with the others: those that are significantly worse (`beaten`), and the rest (`as_good`).

    `exact` says whether all pairs were compared image by image (McNemar). `p_values` are keyed by the run's number.
    """

    best: RunResult
    beaten: tuple[int, ...]
    as_good: tuple[int, ...]
    exact: bool
    p_values: dict[int, float]


def compare(results: Sequence[RunResult]) -> Comparison:
    """Compare the most accurate of two or more runs with each of the others.

    The p-values are corrected for the number of comparisons (Holm, Scandinavian Journal of Statistics 6, 1979),
    because one of twenty runs is always lucky.
    """
    best = max(results, key=lambda it: (it.accuracy, -it.run))
    others = [it for it in results if it is not best]
    raw = {it.run: p_value_of_difference(best, it) for it in others}
    p_values = _holm(raw)
    beaten = tuple(run for run, p in p_values.items() if p < SIGNIFICANT)
    exact = all(it.right is not None for it in results)
    return Comparison(best, beaten, tuple(run for run in raw if run not in beaten), exact, p_values)


def p_value_of_difference(one: RunResult, other: RunResult) -> float:
    """Return the p-value of the difference between two runs: how often equally good networks would differ as much.

    Uses McNemar's exact test if the predictions of both are known. Otherwise it uses the test of two proportions, which
    treats them as measured on different images and has less power.
    """
    if one.right is not None and other.right is not None:
        return mcnemar(int((one.right & ~other.right).sum()), int((~one.right & other.right).sum()))
    return two_proportions(one.accuracy, one.images, other.accuracy, other.images)


def mcnemar(only_one: int, only_other: int) -> float:
    """Return the two-sided p-value of McNemar's exact test for networks that read the same images.

    `only_one` and `only_other` count the images that only one of the two reads correctly. If both are equally good,
    each of these is a fair coin toss, so the counts follow a binomial distribution with p = 1/2. Source: McNemar,
    Psychometrika 12 (1947); the exact form as in Agresti, Categorical Data Analysis, section 10.1; its use for
    classifiers: Dietterich, Neural Computation 10 (1998).
    """
    tosses, fewer = only_one + only_other, min(only_one, only_other)
    logs = [math.lgamma(tosses + 1) - math.lgamma(k + 1) - math.lgamma(tosses - k + 1) for k in range(fewer + 1)]
    tail = math.fsum(math.exp(log - tosses * math.log(2)) for log in logs)
    return min(1.0, 2 * tail)


def two_proportions(one: float, images: int, other: float, other_images: int) -> float:
    """Return the two-sided p-value of the pooled z-test of two proportions (Agresti, section 3.1)."""
    pooled = (one * images + other * other_images) / (images + other_images)
    error = math.sqrt(pooled * (1 - pooled) * (1 / images + 1 / other_images))
    return 1.0 if error == 0 else math.erfc(abs(one - other) / error / math.sqrt(2))


def _holm(raw: dict[int, float]) -> dict[int, float]:
    """Return the p-values corrected for their number by Holm's method."""
    adjusted, highest = {}, 0.0
    for rank, (run, p) in enumerate(sorted(raw.items(), key=lambda pair: pair[1])):
        highest = max(highest, min(1.0, p * (len(raw) - rank)))
        adjusted[run] = highest
    return adjusted


# -- in words -----------------------------------------------------------------------------------------


def verdict_sentence(comparison: Comparison, images: str = "test images") -> str:
    """Return one or two sentences: which run is best, and whether its lead is significant."""
    lead = f"Run {comparison.best.run} classifies the most {images} correctly ({percent(comparison.best.accuracy)})"
    if not comparison.beaten:
        return f"{lead}, but its lead over {_runs(comparison.as_good)} may well be chance{_bracketed_p(comparison)}."
    words = f"{lead}, and its lead over {_runs(comparison.beaten)} is more than chance would explain"
    if not comparison.as_good:
        return f"{words}{_bracketed_p(comparison)}."
    return f"{words}; its lead over {_runs(comparison.as_good)} may well be chance."


def _bracketed_p(comparison: Comparison) -> str:
    """Return the p-value in brackets if exactly two runs were compared, else ""."""
    if len(comparison.p_values) != 1:
        return ""
    (p,) = comparison.p_values.values()
    return p_in_words(p)


def p_in_words(p: float) -> str:
    """Return a p-value in brackets, to follow a sentence: " (p = 0.4)"."""
    return " (p < 0.001)" if p < 0.001 else f" (p = {p:.2g})"


def _runs(runs: Sequence[int]) -> str:
    if len(runs) == 1:
        return f"run {runs[0]}"
    if len(runs) > MOST_LISTED:
        return f"{len(runs)} others"
    return f"runs {listed([str(run) for run in sorted(runs)])}"
