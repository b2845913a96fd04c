"""From canvas to 28×28: makes a drawn digit look like the digits that the network was trained on.

MNIST's digits were scaled to fit a box of 20×20 pixels, and their centre of mass was put into the middle of 28×28
pixels (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"). Their strokes are all about
equally wide. `to_mnist` does the same to a drawing of any position, size, stroke width and colours. Each step has a
module of its own: `ink`, `bounding_box`, `scaling`, `stroke_width`, `centring`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.bounding_box import bounding_box, crop_box
from mnist_core.drawing.centring import centre_by_mass
from mnist_core.drawing.errors import NothingDrawn
from mnist_core.drawing.ink import INK_LEVEL, Ink, checked_ink
from mnist_core.drawing.scaling import OVERSAMPLING, fit_size, resize_ink, scale_to_fit
from mnist_core.drawing.stroke_width import STROKE_WIDTH, move_edges, pen_width

DIGIT_INK = (28, 180)
"""Smallest and largest sum over the 28×28 of a digit. Measured after `to_mnist`: 30 to 156 for 5,000 digits of MNIST,
38 to 180 for all but one of 3,000 drawn with pens of 8 to 28 px. A dot has 5, a scribble of twenty lines 200."""


def to_mnist(pixels: NDArray[np.uint8], pen: float | None = None) -> NDArray[np.float32]:
    """Preprocess a drawing as MNIST's digits were: (28, 28) float32 in [0, 1], ink 1 on 0.

    `pixels` is uint8, grey (H, W) or RGBA (H, W, 4), of any size; the ink may be light on dark or dark on light.
    `pen` is the width of the strokes in pixels; None estimates it from the picture.
    Raises `NothingDrawn` if there is no ink, and `DrawingError` for any other array and for an invalid `pen`.
    """
    return preprocess(checked_ink(pixels, pen), pen)


def preprocess(ink: Ink, pen: float | None = None) -> NDArray[np.float32]:
    """Preprocess ink (H, W), 0 paper to 255 full ink, as MNIST's digits were: (28, 28) float32 in [0, 1].

    `pen` as for `to_mnist`. Raises `NothingDrawn` if no pixel is above half of full ink.
    """
    box = bounding_box(ink > INK_LEVEL)
    if box is None:
        raise NothingDrawn
    width = min(pen or pen_width(ink, box), box.longest_side)
    scale = scale_to_fit(box.longest_side, width)
    cropped = crop_box(ink, box, margin=math.ceil(3 / scale))
    mask = resize_ink(cropped, scale * OVERSAMPLING, width)
    strokes = move_edges(mask, (STROKE_WIDTH - scale * width) / 2 * OVERSAMPLING)
    return centre_by_mass(fit_size(strokes))


def has_ink_of_a_digit(image: NDArray[np.float32]) -> bool:
    """Whether a result of `to_mnist` has about as much ink as digits have; a dot has less, a scribble more."""
    least, most = DIGIT_INK
    return least <= float(image.sum()) <= most
