"""The colours of accuracies in the charts of a sweep."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

COLOUR_SCALE = "Cividis"
"""From dark blue to yellow, in the same order for colour-blind eyes."""
LOWEST_SPAN = 0.002
"""Accuracies closer together than this share a colour or nearly so: they differ by chance."""


def color_range(accuracies: NDArray[np.floating]) -> tuple[float, float]:
    """Return limits of the colours, (low, high), so chosen that a few hopeless settings do not make the rest alike."""
    if not accuracies.size:
        return 0.0, 1.0
    high = float(accuracies.max())
    lower, middle = np.quantile(accuracies, [0.25, 0.5])
    low = max(float(accuracies.min()), float(lower - 3 * (middle - lower)) if middle > lower else -math.inf)
    return min(low, high - LOWEST_SPAN), high
