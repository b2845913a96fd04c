"""How exactly an accuracy is known that was measured on so many images."""

from __future__ import annotations

import math
from typing import NamedTuple

Z_95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution: 95 % of it lie between minus and plus this."""


class Interval(NamedTuple):
    """The bounds of an interval, each 0 to 1."""

    low: float
    high: float


def wilson_interval(right: int, images: int) -> Interval:
    """Return the 95 % confidence interval of an accuracy, of which `right` of `images` images were measured.

    Unlike the interval of the normal approximation it holds near 0 and 1 and for few images. Without images it is all
    of 0 to 1. Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22
    (1927); recommended by Brown, Cai and DasGupta, Statistical Science 16 (2001).
    """
    if not images:
        return Interval(0.0, 1.0)
    accuracy, squared = right / images, Z_95**2 / images
    middle = (accuracy + squared / 2) / (1 + squared)
    reach = math.sqrt(squared * (accuracy * (1 - accuracy) + squared / 4)) / (1 + squared)
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach))
