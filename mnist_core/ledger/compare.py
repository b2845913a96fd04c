"""Two to twenty runs side by side: what differs, and whether their accuracies differ by more than chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mnist_core.ledger.columns import SETTING_COLUMNS, column, in_words
from mnist_core.ledger.row import UNKNOWN
from mnist_core.ledger.table import differing_settings
from mnist_core.text.words import percent

SIGNIFICANT = 0.05
"""Differences that chance alone would make more often than this do not count."""
MOST_NAMED = 4


@dataclass(frozen=True, eq=False)
class Contender:
    """One run's result: `right` (images,), whether it reads each test image correctly, where its network is at hand.

    `accuracy` is the fraction of `images` test images that it reads correctly.
    """

    run: int
    accuracy: float
    images: int
    right: NDArray[np.bool_] | None = None

    @classmethod
    def from_predictions(cls, run: int, right: NDArray[np.bool_]) -> Contender:
        """Make one from what the network says to each test image."""
        return cls(run, float(right.mean()), len(right), right)


class Verdict(NamedTuple):
    """How the best run stands to the others: those it beats by more than chance, and those that may be as good.

    `exact` says whether all pairs were compared image by image (McNemar).
    """

    best: Contender
    beaten: tuple[int, ...]
    as_good: tuple[int, ...]
    exact: bool
    p_values: dict[int, float]


def compare(contenders: Sequence[Contender]) -> Verdict:
    """Compare the most accurate of two or more contenders with each of the others.

    The chances are corrected for the number of comparisons (Holm, Scandinavian Journal of Statistics 6, 1979): one of
    twenty runs is always lucky.
    """
    best = max(contenders, key=lambda it: (it.accuracy, -it.run))
    others = [it for it in contenders if it is not best]
    raw = {it.run: chance_of_difference(best, it) for it in others}
    p_values = _holm(raw)
    beaten = tuple(run for run, p in p_values.items() if p < SIGNIFICANT)
    exact = all(it.right is not None for it in contenders)
    return Verdict(best, beaten, tuple(run for run in raw if run not in beaten), exact, p_values)


def chance_of_difference(one: Contender, other: Contender) -> float:
    """Return how often chance alone would make a difference as large as this between two equally good networks.

    McNemar's exact test where both networks' answers are at hand; else the test of two proportions, which takes the
    two for measured on different images and so finds less.
    """
    if one.right is not None and other.right is not None:
        return mcnemar(int((one.right & ~other.right).sum()), int((~one.right & other.right).sum()))
    return two_proportions(one.accuracy, one.images, other.accuracy, other.images)


def mcnemar(only_one: int, only_other: int) -> float:
    """Return the two-sided p-value of McNemar's exact test for networks that read the same images.

    `only_one` and `only_other` count the images that only one of the two reads correctly. If both were equally good,
    each of these would be like a coin toss, hence binomial with 1/2. Source: McNemar, Psychometrika 12 (1947); the
    exact form as in Agresti, Categorical Data Analysis, section 10.1; its use for classifiers: Dietterich, Neural
    Computation 10 (1998).
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
    """Return the p-values as if each had been the only comparison."""
    adjusted, highest = {}, 0.0
    for place, (run, p) in enumerate(sorted(raw.items(), key=lambda pair: pair[1])):
        highest = max(highest, min(1.0, p * (len(raw) - place)))
        adjusted[run] = highest
    return adjusted


# -- in words -----------------------------------------------------------------------------------------


def difference_sentence(frame: pd.DataFrame) -> str:
    """Say in one sentence what differs between the settings of the runs in a ledger's frame."""
    names = differing_settings(frame)
    if not names:
        return "These runs have the same settings."
    parts = [f"{column(name).label.lower()} ({_values(frame, name)})" for name in names]
    return f"These runs differ in {_listed(parts)}."


def verdict_sentence(verdict: Verdict, images: str = "test images") -> str:
    """Say in one or two sentences which run is best, and whether that is more than chance."""
    lead = f"Run {verdict.best.run} reads most {images} correctly ({percent(verdict.best.accuracy)})"
    if not verdict.beaten:
        return f"{lead}, but its lead over {_runs(verdict.as_good)} may well be chance{_certainty(verdict)}."
    words = f"{lead}, and its lead over {_runs(verdict.beaten)} is more than chance would explain"
    if not verdict.as_good:
        return f"{words}{_certainty(verdict)}."
    verb = "is" if len(verdict.as_good) == 1 else "are"
    return f"{words}; {_runs(verdict.as_good)} {verb} not told apart from it by these {verdict.best.images:,} images."


def _certainty(verdict: Verdict) -> str:
    """Return the p-value in brackets where only two runs were compared."""
    if len(verdict.p_values) != 1:
        return ""
    (p,) = verdict.p_values.values()
    return " (p < 0.001)" if p < 0.001 else f" (p = {p:.2g})"


def _values(frame: pd.DataFrame, name: str) -> str:
    item = column(name)
    values = sorted(frame[name].dropna().unique())
    shown = [in_words(item, value) for value in values]
    if len(shown) > 2 * MOST_NAMED:
        return f"{shown[0]} to {shown[-1]}" if item.kind.numeric else f"{len(shown)} values"
    return ", ".join([*shown, UNKNOWN] if frame[name].isna().any() else shown)


def _runs(runs: Sequence[int]) -> str:
    if len(runs) == 1:
        return f"run {runs[0]}"
    if len(runs) > MOST_NAMED:
        return f"{len(runs)} others"
    return f"runs {_listed([str(run) for run in sorted(runs)])}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def settings_side_by_side(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the settings of the runs as text: one row a setting, differing ones first; one column a run."""
    differing = differing_settings(frame)
    others = [item.name for item in SETTING_COLUMNS if item.name not in differing]
    names = [*differing, *(name for name in others if frame[name].notna().any())]
    rows = [[in_words(column(name), value) for value in frame[name]] for name in names]
    labels = [column(name).label for name in names]
    return pd.DataFrame(rows, index=pd.Index(labels, name="Setting"), columns=[f"Run {run}" for run in frame["run"]])
