"""The Pareto frontier of cost and accuracy: the runs that no other run dominates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def frontier(cost: NDArray[np.floating], value: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the indices of the points that no other point dominates, in ascending order of cost, hence of value.

    A point dominates another if it is cheaper and at least as good, or better and at most as expensive. `cost` and
    `value` are (n,); points with NaN are ignored.
    """
    known = np.flatnonzero(np.isfinite(cost) & np.isfinite(value))
    order = known[np.lexsort((-value[known], cost[known]))]
    best = np.maximum.accumulate(value[order]) if len(order) else value[order]
    before = np.concatenate([[-np.inf], best[:-1]])
    return order[value[order] > before]
