"""Confidence and accuracy: what a network would answer above a threshold, and whether its confidence is calibrated.

Confidence is the probability of the predicted class, 0 to 1. The functions take it for n images as `confidence` (n,),
and as `right` (n,) whether each of them is classified correctly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.accuracy_interval import wilson_interval

BINS = 10
"""Bins of equal width, as usual since Guo et al., "On calibration of modern neural networks" (ICML 2017)."""


class Answered(NamedTuple):
    """What a network does that answers only where its confidence reaches a threshold.

    `share` (0 to 1) of the images are answered, `accuracy` (0 to 1, NaN if there are none) is that on these, and
    `errors` counts those misread.
    """

    share: float
    accuracy: float
    errors: int


def answered(confidence: NDArray[np.floating], right: NDArray[np.bool_], threshold: float) -> Answered:
    """Return what is answered at a threshold from 0 to 1.

    This is selective classification: C. K. Chow, "On optimum recognition error and reject tradeoff" (1970); Geifman and
    El-Yaniv, "Selective classification for deep neural networks" (NeurIPS 2017).
    """
    those = right[confidence >= threshold]
    accuracy = float(those.mean()) if len(those) else float("nan")
    return Answered(len(those) / len(right), accuracy, int((~those).sum()))


def answered_at(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], thresholds: Sequence[float]
) -> list[Answered]:
    """Return what is answered at each threshold."""
    return [answered(confidence, right, threshold) for threshold in thresholds]


@dataclass(frozen=True, eq=False)
class Calibration:
    """Confidence and accuracy in those bins that have images; all arrays are (bins,), from low to high confidence.

    `counts` are images, `confidence` and `accuracy` means (0 to 1), `low` and `high` the bounds of the 95 % interval of
    the accuracy.
    """

    counts: NDArray[np.intp]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @property
    def error(self) -> float:
        """The expected calibration error, 0 to 1: the mean of |accuracy − confidence|, weighted by images.

        Source: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning"
        (AAAI 2015).
        """
        return float(np.average(np.abs(self.accuracy - self.confidence), weights=self.counts))


def calibration(confidence: NDArray[np.floating], right: NDArray[np.bool_]) -> Calibration:
    """Compare confidence with accuracy on one or more images in `BINS` bins of equal width."""
    bins = np.minimum((confidence.astype(np.float64) * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    used = counts > 0
    correct = np.bincount(bins, right, BINS)[used]
    means = np.bincount(bins, confidence, BINS)[used] / counts[used]
    bounds = [wilson_interval(int(some), int(count)) for some, count in zip(correct, counts[used], strict=True)]
    low, high = np.array(bounds).T
    return Calibration(counts[used], means, correct / counts[used], low, high)
