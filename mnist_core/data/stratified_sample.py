"""A random sample that keeps the proportions of the classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def stratified_sample(labels: NDArray[np.integer], count: int, seed: int, stream: int) -> NDArray[np.intp]:
    """Return `count` different indices of `labels`, ascending, in which each class has its share, give or take one.

    They follow from the seed and the stream, which tells the random numbers of one purpose from those of another: 0
    and 1 are the order of an epoch and its distorted copies. A smaller sample is part of a larger one.
    """
    order = np.random.default_rng([seed, 0, stream]).permutation(len(labels))
    rank = np.empty(len(labels))
    for label in np.unique(labels):
        members = order[labels[order] == label]
        rank[members] = (np.arange(len(members)) + 0.5) / len(members)  # from 0 to 1 in each class, however large
    return np.sort(np.argsort(rank, kind="stable")[:count])
