"""Which pieces of ink are one digit, and in which order digits are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mnist_core.drawing import Box

LEAST_SIZE = 0.3
"""Pieces smaller than this part of the largest digit are no digits: they belong to one, or are specks."""

FAR = 0.35
"""A small piece farther from every digit than this part of the digit's longest side is a speck."""

SHARED = 0.6
"""Pieces one over the other are one digit if this part of the narrower one's width is shared."""

NEAR = 0.15
"""... and if the blank between them is lower than this part of the height of both together."""

HIGHEST = 3.2
"""Pieces one over the other are two digits if together they are more than this many times higher than wide."""


class Piece(NamedTuple):
    """Connected ink: where it is, how much it is, and by which numbers of components it is known."""

    box: Box
    area: int
    parts: tuple[int, ...]


def digits_of(pieces: Sequence[Piece]) -> list[Piece]:
    """Join pieces of ink into digits, leave specks out, and return them in reading order."""
    if not pieces:
        return []
    largest = max(piece.box.longest_side for piece in pieces)
    large = [piece for piece in pieces if piece.box.longest_side >= LEAST_SIZE * largest]
    small = [piece for piece in pieces if piece.box.longest_side < LEAST_SIZE * largest]
    digits = _joined_large(large)
    for piece in sorted(small, key=lambda it: -it.area):
        digits = _with_small(digits, piece)
    return in_reading_order(digits)


def together(pieces: Sequence[Piece]) -> Piece:
    """Join pieces, one at least, into one."""
    parts = tuple(part for piece in pieces for part in piece.parts)
    return Piece(_union(*(piece.box for piece in pieces)), sum(piece.area for piece in pieces), parts)


def in_reading_order(pieces: Sequence[Piece]) -> list[Piece]:
    """Sort pieces by lines from top to bottom, and within a line from left to right.

    A piece whose middle is within the height of a line belongs to it.
    """
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda it: it.box.top + it.box.bottom):
        middle = (piece.box.top + piece.box.bottom) / 2
        line = next((it for it in lines if it[0].box.top <= middle < it[0].box.bottom), None)
        if line is None:
            lines.append([piece])
        else:
            line.append(piece)
    return [piece for line in lines for piece in sorted(line, key=lambda it: it.box.left + it.box.right)]


def _joined_large(pieces: Sequence[Piece]) -> list[Piece]:
    """Join what is one digit written in several strokes, until nothing more is."""
    joined = list(pieces)
    while pair := next(
        (
            (one, other)
            for i, one in enumerate(joined)
            for other in joined[i + 1 :]
            if _is_one_digit(one.box, other.box)
        ),
        None,
    ):
        joined = [it for it in joined if it is not pair[0] and it is not pair[1]] + [together(pair)]
    return joined


def _is_one_digit(one: Box, other: Box) -> bool:
    both = _union(one, other)
    height, width = both.bottom - both.top, both.right - both.left
    narrower = min(one.right - one.left, other.right - other.left)
    shared = min(one.right, other.right) - max(one.left, other.left)
    blank = max(one.top, other.top) - min(one.bottom, other.bottom)
    return shared >= SHARED * narrower and blank <= NEAR * height and height <= HIGHEST * width


def _with_small(digits: list[Piece], small: Piece) -> list[Piece]:
    """Add a small piece to the nearest digit, or leave it out if there is none near enough."""
    nearest = min(digits, key=lambda it: _distance(it.box, small.box))
    if _distance(nearest.box, small.box) > FAR * nearest.box.longest_side:
        return digits
    return [together([it, small]) if it is nearest else it for it in digits]


def _distance(one: Box, other: Box) -> float:
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    across = max(one.left, other.left) - min(one.right, other.right)
    return float((max(down, 0) ** 2 + max(across, 0) ** 2) ** 0.5)


def _union(*boxes: Box) -> Box:
    tops, lefts, bottoms, rights = zip(*boxes, strict=True)
    return Box(min(tops), min(lefts), max(bottoms), max(rights))
