"""Ruled and squared paper: removes lines that cross the picture, and keeps the strokes on them.

This works as the removal of staff lines from scores (C. Dalitz et al., "A Comparative Study of Staff Removal
Algorithms", 2008): of the vertical runs on a line, only those no longer than the line is thick are removed. So a stroke
that crosses a line stays whole.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

LARGEST_THICKNESS = 0.012
"""Largest thickness of a ruled line as a fraction of the picture's height; 2 pixels in small pictures."""

LEAST_COVERAGE = 0.45
"""Least fraction of the picture's width in which a ruled line is visible; strokes that cross it interrupt it."""

LEAST_SPAN, MANY_LINES = 0.95, 3
"""A ruled line spans this fraction of the width, or there are this many lines. A stroke of a digit meets neither."""

STEEPEST = math.tan(math.radians(7))
"""Largest slope of ruled lines in the picture: 7 degrees."""

SMALLEST_PICTURE = 100
"""Least side in pixels. In smaller pictures, strokes may be as thin as lines, and no lines are removed."""


def remove_ruled_lines(ink: Mask) -> Mask:
    """Return ink (H, W) without the horizontal and vertical lines of the paper."""
    if min(ink.shape) < SMALLEST_PICTURE:
        return ink
    lines = _horizontal_lines(ink) | _horizontal_lines(ink.T).T
    return ink & ~lines if lines.any() else ink


def _horizontal_lines(ink: Mask) -> Mask:
    """Return which pixels of the ink (H, W) belong to lines that cross the picture more or less horizontally.

    All lines of one slope are found at once: for each slope, the pixels are counted by their offset from it.
    """
    height, width = ink.shape
    lengths = _vertical_run_lengths(ink)
    rows, columns = np.nonzero((lengths > 0) & (lengths <= max(2, round(LARGEST_THICKNESS * height))))
    ruled = np.zeros_like(ink)
    if len(rows) < LEAST_COVERAGE * width:
        return ruled
    across = columns - width / 2
    slopes = np.arange(-STEEPEST, STEEPEST, 2 / width)  # neighbouring slopes differ by one pixel at the border
    margin = math.ceil(STEEPEST * width / 2) + 1
    for slope in slopes:
        offsets = np.rint(rows - slope * across).astype(np.intp) + margin
        lines = np.bincount(offsets, minlength=height + 2 * margin) >= LEAST_COVERAGE * width
        if lines.any():
            near = np.convolve(lines, np.ones(3), mode="same") > 0
            hit = near[offsets]
            if np.count_nonzero(near[1:] & ~near[:-1]) >= MANY_LINES or np.ptp(columns[hit]) >= LEAST_SPAN * width:
                ruled[rows[hit], columns[hit]] = True
    thickness = np.median(lengths[ruled]) if ruled.any() else 0
    return ruled & (lengths <= thickness + 1)


def _vertical_run_lengths(ink: Mask) -> NDArray[np.intp]:
    """Return for each pixel of ink (H, W) the length of the vertical run that contains it; 0 elsewhere."""
    padded = np.pad(ink, ((1, 1), (0, 0))).T.ravel()  # column after column
    changes = np.flatnonzero(padded[1:] != padded[:-1]) + 1
    lengths = changes[1::2] - changes[::2]
    runs = np.zeros(padded.size, dtype=np.intp)
    runs[padded] = np.repeat(lengths, lengths)
    return runs.reshape(ink.shape[1], ink.shape[0] + 2)[:, 1:-1].T
