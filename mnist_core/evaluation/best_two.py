"""What a network reads in an image, and what it would read next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def best_two(probabilities: NDArray[np.floating]) -> tuple[int, int]:
    """Return the most and the second most probable class of probabilities (classes,); the lower of equal ones."""
    first, second = (int(index) for index in np.argsort(-probabilities, kind="stable")[:2])
    return first, second
