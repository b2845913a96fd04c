"""Turns a map so that its points lie as near as possible to those of another map of the same images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def rotation_onto(positions: Array, reference: Array) -> Array:
    """Return the rotation or reflection (2, 2) R with which `positions` @ R lies nearest to `reference`, both (n, 2).

    Orthogonal Procrustes: distances within the map stay as they are. Both maps are taken as centred on the origin.
    Source: P. Schönemann, "A generalized solution of the orthogonal Procrustes problem", 1966.
    """
    left, _, right = np.linalg.svd(positions.T.astype(np.float64) @ reference)
    return (left @ right).astype(positions.dtype)
