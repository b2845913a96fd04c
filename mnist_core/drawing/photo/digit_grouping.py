"""Groups pieces of ink into digits and sorts these in reading order."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from mnist_core.drawing.bounding_box import Box

LEAST_RELATIVE_SIZE = 0.3
"""Smaller pieces than this fraction of the largest digit are not digits, but parts of a near one, or specks."""

LARGEST_SPECK_DISTANCE = 0.35
"""Small pieces farther from every digit than this fraction of the digit's longest side are specks."""

LARGEST_GAP_IN_PENS, LARGEST_GAP_IN_SIDES = 3, 0.15
"""Largest distance of pieces of one digit, in pen widths and as a fraction of the longer one's longest side."""

LARGE_HEIGHT, STROKE_HEIGHT = 0.5, 0.35
"""Pieces with the first fraction of the height of the pieces near them are digits or large parts of digits. Those with
less than the second are strokes."""

DASH_HEIGHT = 0.4
"""Pieces that all have less than this fraction of their common height are dashes; digits in two lines have half."""

LEAST_SHARED_WIDTH = 0.6
"""Large pieces above each other are one digit if they share this fraction of the narrower one's width."""

LARGEST_SHARED_HEIGHT = 0.65
"""Large pieces beside each other are one digit if they share less than this fraction of the lower one's height."""

BROKEN_STROKE_GAP = 1.5
"""Largest gap in a broken stroke, in pen widths."""

SINGLE_STROKE_WIDTH = 3
"""Largest width of a single stroke, in pen widths."""

LARGEST_BLANK, TALL, HIGH, HIGHEST = 0.15, 1.35, 2.2, 3.2
"""Pieces above each other with a larger gap than a broken stroke's are one digit if the gap is at most the first
fraction of their common height, unless each is `TALL` times as high as wide, as digits in two lines are, or both
together are `HIGH` times as high as wide. `HIGHEST` is the same limit for broken strokes."""


class Piece(NamedTuple):
    """Ink that belongs together: its bounding box, its area in pixels, and the numbers of its regions."""

    box: Box
    area: int
    parts: tuple[int, ...]


def group_into_digits(pieces: Sequence[Piece], pen: float) -> list[Piece]:
    """Join the pieces that form a digit, drop specks, and return the digits in reading order.

    `pen` is the stroke width in pixels.
    """
    digits: list[Piece] = []
    small: list[Piece] = []
    clusters = _clusters(pieces, pen)
    boxes = [join_pieces(cluster).box for cluster in clusters]
    largest = max((box.longest_side for box in boxes), default=0)
    highest = max((box.height for box in boxes), default=0)
    for cluster, box in zip(clusters, boxes, strict=True):
        is_flat = box.height < min(LEAST_RELATIVE_SIZE * highest, box.width)
        is_small = box.longest_side < LEAST_RELATIVE_SIZE * largest or is_flat
        (small if is_small else digits).extend(cluster if is_small else _digits_of_cluster(cluster, pen))
    if not digits:  # only dashes and dots
        return [join_pieces(pieces)]
    for piece in sorted(small, key=lambda it: -it.area):
        digits = _join_to_nearest(digits, piece, LARGEST_SPECK_DISTANCE)
    return in_reading_order(digits)


def _clusters(pieces: Sequence[Piece], pen: float) -> list[list[Piece]]:
    """Gather pieces that are near each other."""
    clusters: list[list[Piece]] = []
    for piece in pieces:
        near = [cluster for cluster in clusters if any(_is_near(piece.box, it.box, pen) for it in cluster)]
        clusters = [it for it in clusters if it not in near] + [[piece, *(it for cluster in near for it in cluster)]]
    return clusters


def _is_near(one: Box, other: Box, pen: float) -> bool:
    longer = max(one.longest_side, other.longest_side)
    return _distance(one, other) <= max(min(LARGEST_GAP_IN_PENS * pen, longer), LARGEST_GAP_IN_SIDES * longer)


def _digits_of_cluster(cluster: Sequence[Piece], pen: float) -> list[Piece]:
    """Divide near pieces into digits: large ones are digits or parts of them, and strokes join the nearest digit."""
    height = max(piece.box.height for piece in cluster)
    if height < DASH_HEIGHT * join_pieces(cluster).box.height:  # a dashed line
        return _joined(cluster, lambda one, other: _shared_columns(one, other) > 0)
    large = [piece for piece in cluster if piece.box.height >= LARGE_HEIGHT * height]
    digits = _joined(large, lambda one, other: _is_one_digit(one, other, pen))
    for piece in sorted(cluster, key=lambda it: -it.area):
        if piece in large:
            continue
        is_apart = all(_shared_columns(piece.box, it.box) < 0.2 * piece.box.width for it in digits)
        is_tall = piece.box.height >= max(STROKE_HEIGHT * height, 0.8 * piece.box.width)
        digits = [*digits, piece] if is_apart and is_tall else _join_to_nearest(digits, piece)
    return digits


def join_pieces(pieces: Sequence[Piece]) -> Piece:
    """Join pieces, at least one, into one."""
    parts = tuple(part for piece in pieces for part in piece.parts)
    return Piece(_union(*(piece.box for piece in pieces)), sum(piece.area for piece in pieces), parts)


def in_reading_order(pieces: Sequence[Piece]) -> list[Piece]:
    """Sort pieces by lines from top to bottom, and within a line from left to right.

    Two pieces are in one line if they share half of the lower one's height, so lines may rise or fall.
    """
    lines: list[list[Piece]] = []
    for piece in pieces:
        beside = [line for line in lines if any(_are_beside(piece.box, it.box) for it in line)]
        lines = [line for line in lines if line not in beside] + [[piece, *itertools.chain(*beside)]]
    lines.sort(key=lambda line: min(it.box.top for it in line))
    return [piece for line in lines for piece in sorted(line, key=lambda it: it.box.left + it.box.right)]


def _are_beside(one: Box, other: Box) -> bool:
    return 2 * _shared_rows(one, other) >= min(one.height, other.height)


def _joined(pieces: Sequence[Piece], are_one: Callable[[Box, Box], bool]) -> list[Piece]:
    """Join pairs of pieces for which `are_one` is true, until there are none."""
    joined = list(pieces)
    while pair := next(((a, b) for a, b in itertools.combinations(joined, 2) if are_one(a.box, b.box)), None):
        joined = [it for it in joined if it is not pair[0] and it is not pair[1]] + [join_pieces(pair)]
    return joined


def _is_one_digit(one: Box, other: Box, pen: float) -> bool:
    """Whether two large pieces near each other are parts of one digit; `pen` is the stroke width in pixels."""
    both, narrower = _union(one, other), min(one.width, other.width)
    shared_rows, shared_columns = _shared_rows(one, other), _shared_columns(one, other)
    gap = BROKEN_STROKE_GAP * pen
    if shared_columns < LEAST_SHARED_WIDTH * narrower:  # as in an open 4; digits in a row share more rows
        least = 0 if shared_rows > gap else -gap
        return shared_columns > least and -gap < shared_rows < LARGEST_SHARED_HEIGHT * min(one.height, other.height)
    tall = all(box.height > TALL * box.width for box in (one, other))
    high = both.height > HIGH * both.width
    if -shared_rows > gap:
        return not tall and not high and -shared_rows <= LARGEST_BLANK * both.height
    two_lines = narrower > SINGLE_STROKE_WIDTH * pen and (tall or high)
    return shared_rows > 0 or (not two_lines and both.height <= HIGHEST * both.width)


def _join_to_nearest(digits: list[Piece], small: Piece, largest_distance: float = math.inf) -> list[Piece]:
    """Join a small piece to the nearest digit, or drop it.

    It is dropped if it is farther away than `largest_distance`, a fraction of the digit's longest side.
    """
    nearest = min(digits, key=lambda it: _distance(it.box, small.box))
    if _distance(nearest.box, small.box) > largest_distance * nearest.box.longest_side:
        return digits
    return [join_pieces([it, small]) if it is nearest else it for it in digits]


def _shared_columns(one: Box, other: Box) -> int:
    """Return how many columns two boxes share; if they share none, minus the columns between them."""
    return min(one.right, other.right) - max(one.left, other.left)


def _shared_rows(one: Box, other: Box) -> int:
    """Return how many rows two boxes share; if they share none, minus the rows between them."""
    return min(one.bottom, other.bottom) - max(one.top, other.top)


def _distance(one: Box, other: Box) -> float:
    """Return the Euclidean distance of two boxes in pixels; 0 if they overlap."""
    rows, columns = max(-_shared_rows(one, other), 0), max(-_shared_columns(one, other), 0)
    return float((rows**2 + columns**2) ** 0.5)


def _union(*boxes: Box) -> Box:
    tops, lefts, bottoms, rights = zip(*boxes, strict=True)
    return Box(min(tops), min(lefts), max(bottoms), max(rights))
