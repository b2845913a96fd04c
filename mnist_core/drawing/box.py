"""Bounding boxes: the smallest rectangle around the ink, and the part of a picture that it holds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Box(NamedTuple):
    """The smallest rectangle around some pixels; `bottom` and `right` are exclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def longest_side(self) -> int:
        """The larger of height and width, in pixels."""
        return max(self.bottom - self.top, self.right - self.left)


def bounding_box(mask: NDArray[np.bool_]) -> Box | None:
    """Return the smallest box around the true pixels, or None if there are none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return None
    return Box(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


def crop_box(ink: NDArray[np.uint8], box: Box, margin: int) -> NDArray[np.uint8]:
    """Return the part of a picture (H, W) in the box and `margin` pixels around it; 0 outside the picture."""
    top, left = max(0, box.top - margin), max(0, box.left - margin)
    part = ink[top : box.bottom + margin, left : box.right + margin]
    above, before = top - (box.top - margin), left - (box.left - margin)
    height, width = box.bottom - box.top + 2 * margin, box.right - box.left + 2 * margin
    below, after = height - above - part.shape[0], width - before - part.shape[1]
    return np.pad(part, ((above, below), (before, after)))
