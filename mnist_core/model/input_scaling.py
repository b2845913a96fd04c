"""Scalings of pixels that depend on the image itself, which some networks expect before their first layer.

For one image, each scaling is a factor and a shift per pixel. Scalings that are the same for all images are not needed
here, since they can be folded into the weights of the first layer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE, PIXELS

Array = NDArray[np.floating]


class Scaling(NamedTuple):
    """One scaling. `words` complete "trained on pixels …"; `of` returns factors and shifts of pixels, all (n, 784)."""

    words: str
    of: Callable[[Array], tuple[Array, Array]]


def factors_and_shifts(name: str, pixels: Array) -> tuple[Array, Array]:
    """Return the factors and the shifts of pixels (n, 784): (n, 784) each, of the same dtype."""
    return SCALINGS[name].of(pixels)


def scaled(name: str, pixels: Array) -> Array:
    """Return pixels (n, 784) scaled by the scaling called `name`; "" means no scaling."""
    if not name:
        return pixels
    factors, shifts = factors_and_shifts(name, pixels)
    return pixels * factors + shifts


def _unit_length(axes: tuple[int, ...]) -> Callable[[Array], tuple[Array, Array]]:
    """Divide by the Euclidean norm along axes of (n, 28, 28), as `keras.utils.normalize` does. Zeros stay 0."""

    def scaling(pixels: Array) -> tuple[Array, Array]:
        images = pixels.reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
        lengths = np.sqrt((images**2).sum(axis=axes, keepdims=True))
        lengths[lengths == 0] = 1
        factors = np.broadcast_to(1 / lengths, images.shape).reshape(-1, PIXELS)
        return factors, np.zeros_like(pixels)

    return scaling


def _standardised(pixels: Array) -> tuple[Array, Array]:
    spread = pixels.std(axis=1, keepdims=True)
    spread[spread == 0] = 1
    factors = np.broadcast_to(1 / spread, pixels.shape)
    return factors, -pixels.mean(axis=1, keepdims=True) * factors


SCALINGS: dict[str, Scaling] = {
    "l2_columns": Scaling("that have length 1 in each column of an image (L2)", _unit_length((1,))),
    "l2_rows": Scaling("that have length 1 in each row of an image (L2)", _unit_length((2,))),
    "l2_image": Scaling("that have length 1 in each image (L2)", _unit_length((1, 2))),
    "standardised_image": Scaling("with mean 0 and standard deviation 1 in each image", _standardised),
}
