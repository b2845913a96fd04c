"""Which runs are worth their price: the Pareto frontier of cost against accuracy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def frontier(cost: NDArray[np.floating], value: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the places of the points that no other beats: as cheap and better, or cheaper and as good.

    `cost` and `value` are (n,); less cost and more value are better; points with NaN do not take part. The places
    come in the order of rising cost, hence of rising value.
    """
    known = np.flatnonzero(np.isfinite(cost) & np.isfinite(value))
    order = known[np.lexsort((-value[known], cost[known]))]
    best = np.maximum.accumulate(value[order]) if len(order) else value[order]
    before = np.concatenate([[-np.inf], best[:-1]])
    return order[value[order] > before]
