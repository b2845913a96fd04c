"""The place of a digit in its 28×28 frame: its centre of mass is put into the middle, as in MNIST."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE

CENTRE = IMAGE_SIZE // 2
"""Row and column of the centre of mass in MNIST; measured: 14.0 on average, counting pixels from 0."""


def centre_by_mass(digit: NDArray[np.float32]) -> NDArray[np.float32]:
    """Place a digit of at most 28×28 in a frame of 28×28 so that its centre of mass is at (14, 14).

    Takes and returns float32; the result is clipped to [0, 1]. The digit moves by whole pixels and stays in the frame.
    """
    height, width = digit.shape
    top, left = _offset(digit.sum(axis=1)), _offset(digit.sum(axis=0))
    frame = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.float32)
    frame[top : top + height, left : left + width] = np.clip(digit, 0, 1)
    return frame


def _offset(masses: NDArray[np.float32]) -> int:
    """Return the first row (or column) of a digit in the frame, given the ink in each of its rows (or columns)."""
    mean = float(masses @ np.arange(len(masses))) / float(masses.sum())
    return min(max(round(CENTRE - mean), 0), IMAGE_SIZE - len(masses))
