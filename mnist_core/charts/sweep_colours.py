"""The colours of accuracies in the charts of a sweep."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from plotly.colors import get_colorscale

COLOUR_SCALE = get_colorscale("cividis")
"""Cividis, from dark blue to yellow. Its order is the same for colour-blind people."""
LEAST_SPAN = 0.002
"""Smallest difference of accuracies that the colours span. Smaller ones are chance, and have similar colours."""


def colour_range(accuracies: NDArray[np.floating]) -> tuple[float, float]:
    """Return the limits (low, high) of the colour scale. A few very low accuracies do not compress the rest."""
    if not accuracies.size:
        return 0.0, 1.0
    high = float(accuracies.max())
    lower, middle = np.quantile(accuracies, [0.25, 0.5])
    low = max(float(accuracies.min()), float(lower - 3 * (middle - lower)) if middle > lower else -math.inf)
    return min(low, high - LEAST_SPAN), high
