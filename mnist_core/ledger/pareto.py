"""The Pareto frontier of cost against accuracy: the runs that no other beats in both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def frontier(cost: NDArray[np.floating], value: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the indices of the points that no other point dominates: as cheap and better, or cheaper and as good.

    `cost` and `value` are (n,); lower cost and higher value are better; points with NaN are ignored. The indices are
    in ascending order of cost, hence of value.
    """
    known = np.flatnonzero(np.isfinite(cost) & np.isfinite(value))
    order = known[np.lexsort((-value[known], cost[known]))]
    best = np.maximum.accumulate(value[order]) if len(order) else value[order]
    before = np.concatenate([[-np.inf], best[:-1]])
    return order[value[order] > before]
