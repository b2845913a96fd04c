"""Ruled and squared paper: lines from one border of the picture to the other are taken away, strokes on them stay.

As staff lines are from scores (C. Dalitz et al., "A Comparative Study of Staff Removal Algorithms", 2008): only runs
across the line that are no longer than a line is thick are taken away, so that a stroke that crosses it is left whole.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

THICKEST = 0.012
"""A ruled line is at most this part of the picture's height thick, and at most 2 pixels in a small picture."""

LEAST_COVERED = 0.45
"""A ruled line is seen over this part of the picture's width; strokes that cross it interrupt it."""

WHOLE, MANY = 0.95, 3
"""It goes over this part of the width, or there are so many beside each other: a stroke of a digit does neither."""

STEEPEST = math.tan(math.radians(7))
"""Pictures are turned against their lines by 7 degrees at most."""

LEAST_SIDE = 100
"""Smaller pictures have no ruled paper, but strokes as thin as lines."""


def without_lines(ink: Mask) -> Mask:
    """Return ink (H, W) without the lines on which it is written, horizontal and vertical ones."""
    if min(ink.shape) < LEAST_SIDE:
        return ink
    ruled = _ruled(ink) | _ruled(ink.T).T
    return ink & ~ruled if ruled.any() else ink


def _ruled(ink: Mask) -> Mask:
    """Return which pixels of the ink are of lines from left to right, more or less horizontal."""
    height, width = ink.shape
    lengths = _run_lengths(ink)
    rows, columns = np.nonzero((lengths > 0) & (lengths <= max(2, round(THICKEST * height))))
    ruled = np.zeros_like(ink)
    if len(rows) < LEAST_COVERED * width:
        return ruled
    across = columns - width / 2
    slopes = np.arange(-STEEPEST, STEEPEST, 2 / width)  # the next slope is one pixel off at the border
    margin = math.ceil(STEEPEST * width / 2) + 1
    for slope in slopes:
        offsets = np.rint(rows - slope * across).astype(np.intp) + margin
        lines = np.bincount(offsets, minlength=height + 2 * margin) >= LEAST_COVERED * width
        if lines.any():
            near = np.convolve(lines, np.ones(3), mode="same") > 0
            hit = near[offsets]
            if np.count_nonzero(near[1:] & ~near[:-1]) >= MANY or np.ptp(columns[hit]) >= WHOLE * width:
                ruled[rows[hit], columns[hit]] = True
    thickness = np.median(lengths[ruled]) if ruled.any() else 0
    return ruled & (lengths <= thickness + 1)


def _run_lengths(ink: Mask) -> NDArray[np.intp]:
    """Return for each pixel of ink (H, W) how long the run is down its column that it belongs to; 0 elsewhere."""
    padded = np.pad(ink, ((1, 1), (0, 0))).T.ravel()  # column after column
    changes = np.flatnonzero(padded[1:] != padded[:-1]) + 1
    lengths = changes[1::2] - changes[::2]
    runs = np.zeros(padded.size, dtype=np.intp)
    runs[padded] = np.repeat(lengths, lengths)
    return runs.reshape(ink.shape[1], ink.shape[0] + 2)[:, 1:-1].T
