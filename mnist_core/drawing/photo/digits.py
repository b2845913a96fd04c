"""Which pieces of ink are one digit, and in which order digits are read."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from mnist_core.drawing.box import Box

LEAST_SIZE = 0.3
"""What is smaller than this part of the largest digit is none: it belongs to one that is near, or is a speck."""

FAR = 0.35
"""Small ink farther from every digit than this part of the digit's longest side is a speck."""

PENS_APART, PART_APART = 3, 0.15
"""Strokes of one digit are at most this many widths of the pen apart, or this part of the longer one's side."""

WHOLE, PART = 0.5, 0.35
"""What has this part of the height of what is around it is a digit or most of one; less than the latter, a stroke."""

DASH = 0.4
"""Strokes that are all lower than this part of what they make together are dashes; of two lines, digits have half."""

SHARED = 0.6
"""Large strokes one over the other are one digit if this part of the narrower one's width is shared."""

STAGGERED = 0.65
"""Large strokes beside each other are one digit if less than this part of the lower one's height is shared."""

GAP = 1.5
"""A stroke that is broken goes on after so many widths of the pen at most."""

BARE = 3
"""A stroke that is no digit by itself is at most so many widths of the pen wide."""

NEAR, TALL, HIGH, HIGHEST = 0.15, 1.35, 2.2, 3.2
"""Over a higher blank, strokes one over the other are one digit if the blank is at most the first part of both their
height, if not each is so many times higher than wide, as digits of two lines are, nor both together so many times. The
last is the same for broken strokes."""


class Piece(NamedTuple):
    """Connected ink: where it is, how much it is, and by which numbers of components it is known."""

    box: Box
    area: int
    parts: tuple[int, ...]


def digits_of(pieces: Sequence[Piece], pen: float) -> list[Piece]:
    """Join pieces of ink, drawn with a pen of that many pixels, into digits; leave specks out; in reading order."""
    digits: list[Piece] = []
    specks: list[Piece] = []
    clusters = _clusters(pieces, pen)
    boxes = [together(cluster).box for cluster in clusters]
    largest = max((box.longest_side for box in boxes), default=0)
    highest = max(map(_height, boxes), default=0)
    for cluster, box in zip(clusters, boxes, strict=True):
        flat = _height(box) < min(LEAST_SIZE * highest, _width(box))
        small = box.longest_side < LEAST_SIZE * largest or flat
        (specks if small else digits).extend(cluster if small else _digits_of_cluster(cluster, pen))
    if not digits:  # dashes and dots alone
        return [together(pieces)]
    for piece in sorted(specks, key=lambda it: -it.area):
        digits = _with_nearest(digits, piece, FAR)
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
    return _distance(one, other) <= max(min(PENS_APART * pen, longer), PART_APART * longer)


def _digits_of_cluster(cluster: Sequence[Piece], pen: float) -> list[Piece]:
    """Part pieces that are near each other into digits: large ones are digits, strokes belong to the nearest."""
    height = max(_height(piece.box) for piece in cluster)
    if height < DASH * _height(together(cluster).box):  # a line of dashes
        return _joined(cluster, lambda one, other: _overlap(one, other) > 0)
    large = [piece for piece in cluster if _height(piece.box) >= WHOLE * height]
    digits = _joined(large, lambda one, other: _is_one_digit(one, other, pen))
    for piece in sorted(cluster, key=lambda it: -it.area):
        if piece in large:
            continue
        alone = all(_overlap(piece.box, it.box) < 0.2 * _width(piece.box) for it in digits)
        tall = _height(piece.box) >= max(PART * height, 0.8 * _width(piece.box))
        digits = [*digits, piece] if alone and tall else _with_nearest(digits, piece)
    return digits


def together(pieces: Sequence[Piece]) -> Piece:
    """Join pieces, one at least, into one."""
    parts = tuple(part for piece in pieces for part in piece.parts)
    return Piece(_union(*(piece.box for piece in pieces)), sum(piece.area for piece in pieces), parts)


def in_reading_order(pieces: Sequence[Piece]) -> list[Piece]:
    """Sort pieces by lines from top to bottom, and within a line from left to right.

    Two that share half of the lower one's height are in one line, which may climb or fall.
    """
    lines: list[list[Piece]] = []
    for piece in pieces:
        beside = [line for line in lines if any(_are_beside(piece.box, it.box) for it in line)]
        lines = [line for line in lines if line not in beside] + [[piece, *itertools.chain(*beside)]]
    lines.sort(key=lambda line: min(it.box.top for it in line))
    return [piece for line in lines for piece in sorted(line, key=lambda it: it.box.left + it.box.right)]


def _are_beside(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return 2 * shared >= min(_height(one), _height(other))


def _joined(pieces: Sequence[Piece], are_one: Callable[[Box, Box], bool]) -> list[Piece]:
    """Join pieces of which two are one, until no two are."""
    joined = list(pieces)
    while pair := next(((a, b) for a, b in itertools.combinations(joined, 2) if are_one(a.box, b.box)), None):
        joined = [it for it in joined if it is not pair[0] and it is not pair[1]] + [together(pair)]
    return joined


def _is_one_digit(one: Box, other: Box, pen: float) -> bool:
    """Whether two large strokes that are near each other are of one digit, which was drawn with that pen."""
    both, narrower = _union(one, other), min(_width(one), _width(other))
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    lifted = GAP * pen
    if _overlap(one, other) < SHARED * narrower:  # as in an open 4; digits in a row share more of their height
        least = 0 if shared > lifted else -lifted
        return _overlap(one, other) > least and -lifted < shared < STAGGERED * min(_height(one), _height(other))
    tall = all(_height(box) > TALL * _width(box) for box in (one, other))
    high = _height(both) > HIGH * _width(both)
    if -shared > lifted:
        return not tall and not high and -shared <= NEAR * _height(both)
    two_lines = narrower > BARE * pen and (tall or high)
    return shared > 0 or (not two_lines and _height(both) <= HIGHEST * _width(both))


def _with_nearest(digits: list[Piece], small: Piece, far: float = math.inf) -> list[Piece]:
    """Add a small piece to the nearest digit, or leave it out if there is none near enough."""
    nearest = min(digits, key=lambda it: _distance(it.box, small.box))
    if _distance(nearest.box, small.box) > far * nearest.box.longest_side:
        return digits
    return [together([it, small]) if it is nearest else it for it in digits]


def _width(box: Box) -> int:
    return box.right - box.left


def _height(box: Box) -> int:
    return box.bottom - box.top


def _overlap(one: Box, other: Box) -> int:
    """Return how many columns two boxes share; below 0, how many are between them."""
    return min(one.right, other.right) - max(one.left, other.left)


def _distance(one: Box, other: Box) -> float:
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    across = max(one.left, other.left) - min(one.right, other.right)
    return float((max(down, 0) ** 2 + max(across, 0) ** 2) ** 0.5)


def _union(*boxes: Box) -> Box:
    tops, lefts, bottoms, rights = zip(*boxes, strict=True)
    return Box(min(tops), min(lefts), max(bottoms), max(rights))
