"""A digit that is to be read, wherever it comes from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing import NothingDrawn, has_ink_of_a_digit, to_mnist


class Digit(NamedTuple):
    """What is to be read."""

    image: NDArray[np.float32]  # (28, 28) in [0, 1], as networks take it
    raw: NDArray[np.uint8] | None = None  # the picture that it was made from, grey (H, W) or RGBA (H, W, 4), if any
    legible: bool = True  # whether it has about as much ink as a digit
    label: int | None = None  # what it is, where that is known


def from_picture(pixels: NDArray[np.uint8], pen: float | None = None) -> Digit | None:
    """Fit a picture into MNIST's frame as `to_mnist` does; None if nothing is on it. Raises `DrawingError`."""
    try:
        image = to_mnist(pixels, pen)
    except NothingDrawn:
        return None
    return Digit(image, pixels, has_ink_of_a_digit(image))
