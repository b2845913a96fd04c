"""The size of a digit: scaled so that its longest side is 20 pixels, as in MNIST."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing.bounding_box import Box, bounding_box
from mnist_core.drawing.ink import FAINT_EDGE, INK_LEVEL, Ink
from mnist_core.drawing.stroke_width import STROKE_WIDTH

DIGIT_SIZE = 20
"""Longest side of a digit in MNIST, in pixels (LeCun et al., see `preprocessing`)."""

LARGEST_DOT = 5
"""Largest width of a dot in the 28×28, in pixels. A speck scaled to 20 pixels would look like a huge blot.

It limits the width of scaled strokes as well: each edge is thinned by at most (5 - 2.2) / 2 pixels, or widened by at
most 1.1."""

LARGEST_ENLARGEMENT = 1.35
"""Thinning makes a digit smaller; it is enlarged again by at most this factor, so that dots stay small."""

OVERSAMPLING = 4
"""Strokes are widened on a grid this many times finer than 28×28, so that edges are exact to a fraction of a pixel."""


def scale_to_fit(longest_side: int, pen: float) -> float:
    """Return the scale (pixels of the 28×28 per pixel of the drawing) at which the digit fits into 20 pixels.

    The stroke width changes after scaling. So the centre line, which is one pen width shorter than the digit, is
    scaled to 20 pixels less one stroke width of MNIST.
    """
    dot = LARGEST_DOT / pen
    core = longest_side - pen
    return min((DIGIT_SIZE - STROKE_WIDTH) / core, dot) if core > 0 else dot


def resize_ink(ink: Ink, scale: float, pen: float) -> NDArray[np.bool_]:
    """Resize ink (H, W) by `scale` (usually below 1) and return the mask of its pixels; `pen` is the stroke width."""
    height, width = (math.ceil(side * scale) for side in ink.shape)
    if scale * pen >= 1:
        mask = np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.BILINEAR)) > INK_LEVEL
        if mask.any():  # resizing may erase specks of noise
            return mask
    # Averaging would erase a stroke thinner than one pixel of the grid, so each of its pixels marks a pixel there.
    mask = np.zeros((height, width), dtype=bool)
    rows, columns = np.nonzero(ink > INK_LEVEL)
    mask[(rows * scale).astype(np.intp), (columns * scale).astype(np.intp)] = True
    return mask


def fit_size(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Crop to the ink and resize by averaging areas; the longest side becomes 20 pixels (fewer for dots)."""
    box = bounding_box(ink > FAINT_EDGE) or Box(0, 0, *ink.shape)  # `move_edges` leaves ink, so there is a box
    crop = ink[box.top : box.bottom, box.left : box.right]
    scale = min(DIGIT_SIZE / box.longest_side, LARGEST_ENLARGEMENT / OVERSAMPLING)
    height, width = (max(1, round(side * scale)) for side in crop.shape)
    resized = Image.fromarray(np.ascontiguousarray(crop)).resize((width, height), Image.Resampling.BOX)
    return np.asarray(resized, dtype=np.float32)
