"""The width of strokes: estimated in a drawing, and changed to the width that strokes have in MNIST."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.bounding_box import Box, crop_box
from mnist_core.drawing.ink import FAINT_EDGE, INK_LEVEL, Ink

STROKE_WIDTH = 2.2
"""Target width of strokes in the 28×28, in pixels. It is typical for MNIST: 2·area/perimeter of its binarised digits
has the quartiles 2.1, 2.4 and 2.9."""


def pen_width(ink: Ink, box: Box | None = None) -> float:
    """Estimate the width of the strokes in pixels as 2·area/perimeter, at least 1.

    A stroke of length L and width w has the area L·w and, if L is much larger than w, the perimeter 2·L. The estimate
    is a little too small for short strokes, and half the width for a dot.
    The perimeter is the sum of the gradient's magnitude over the binary picture (the coarea formula). Central
    differences measure diagonal edges correctly; forward differences do not.
    """
    box = box or Box(0, 0, *ink.shape)
    mask = crop_box(ink, box, margin=2) > INK_LEVEL
    across = mask[1:-1, 2:] ^ mask[1:-1, :-2]
    down = mask[2:, 1:-1] ^ mask[:-2, 1:-1]
    both = np.count_nonzero(across & down)
    one = np.count_nonzero(across ^ down)
    perimeter = (one + math.sqrt(2) * both) / 2
    return max(1.0, float(2 * np.count_nonzero(mask) / perimeter)) if perimeter else 1.0


def move_edges(mask: NDArray[np.bool_], change: float) -> NDArray[np.float32]:
    """Grow (`change` > 0) or shrink the ink by `change` pixels at each edge.

    Returns float32 in [0, 1] with edges one pixel soft. Ink that shrinking would erase altogether stays unchanged.
    """
    # Where ink grows, what was ink stays ink; where it shrinks, what was paper stays paper.
    reach, grows = math.ceil(abs(change)) + 1, change > 0
    away = _distance(mask if grows else ~mask, reach)
    distance = away - 0.5 if grows else 0.5 - away  # to the edge, which runs between two pixels; ink is below 0
    moved = np.clip(change + 0.5 - distance, 0, 1)
    return (moved if moved.max() > FAINT_EDGE else mask).astype(np.float32)


def _distance(mask: NDArray[np.bool_], reach: int) -> NDArray[np.float32]:
    """Return each pixel's Euclidean distance to the nearest true pixel, truncated at `reach` + 1.

    `reach` is at most 180: squares of distances are whole numbers of 16 bits, of which NumPy compares many at once.
    Edges move by a few pixels only, so larger distances are not needed. The transform is separable: along the columns
    first, then along the rows (P. Felzenszwalb and D. Huttenlocher, "Distance Transforms of Sampled Functions", 2012).
    """
    squared = np.where(mask, np.uint16(0), np.uint16((reach + 1) ** 2))
    for along in (squared, squared.T):
        before = along.copy()
        for offset in range(1, min(reach, len(along) - 1) + 1):
            square = np.uint16(offset**2)
            np.minimum(along[offset:], before[:-offset] + square, out=along[offset:])
            np.minimum(along[:-offset], before[offset:] + square, out=along[:-offset])
    return np.sqrt(squared, dtype=np.float32)
