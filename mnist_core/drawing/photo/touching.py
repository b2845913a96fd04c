"""Whether strokes are one digit, or two that touch and count as one: told by a small network of its own.

A network for digits reads three of four such pairs with 80 % confidence or more, and half of them are hardly wider
than a single digit. `scripts/make_touching.py` makes this one from MNIST's training images. Measured on pen strokes
that it has not seen: it misses 3 % of 2,067 pairs, and takes 0.8 % of 1,500 single digits for two.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.network import Network

TOUCHING_PATH = Path(__file__).parents[2] / "assets" / "touching.npz"

LIKELY = 0.2
"""From this probability on, strokes are taken for two digits."""


@cache
def _network() -> Network:
    return Network.from_bytes(TOUCHING_PATH.read_bytes())


def look_like_two(images: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which of some images (n, 28, 28) in [0, 1], as `drawing.preprocess` makes them, show two digits: (n,)."""
    return np.asarray(_network().predict(images)[:, 1] >= LIKELY)
