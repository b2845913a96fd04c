"""Bounding boxes: the smallest rectangle around the ink, and the part of a picture inside it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Box(NamedTuple):
    """A rectangle of pixels; `bottom` and `right` are exclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def longest_side(self) -> int:
        """The larger of height and width, in pixels."""
        return max(self.height, self.width)


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
    below, after = box.height + 2 * margin - above - part.shape[0], box.width + 2 * margin - before - part.shape[1]
    return np.pad(part, ((above, below), (before, after)))
