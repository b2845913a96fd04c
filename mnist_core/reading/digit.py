"""Digits to predict, from every input. They may also be letters or other classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing import Box, NothingDrawn
from mnist_core.drawing.photo import FoundDigit, Picture, find_digits

LONGEST_CHARACTER = 2
"""Letters in the name of a class that is a character, such as "7", "b" or "Aa"; clothes have longer names."""
MARGIN = 0.15
"""The width of the surroundings that are shown with a digit, as a share of its longest side."""


class Digit(NamedTuple):
    """One image to predict."""

    image: NDArray[np.float32]  # (28, 28) in [0, 1], as networks take it
    raw: NDArray[np.uint8] | None = None  # the picture that it was made from, grey (H, W) or RGBA (H, W, 4), if any
    legible: bool = True  # whether it has about the ink and the form of a digit
    label: int | None = None  # the true class, if it is known
    box: Box | None = None  # where it was found in the whole picture


def are_characters(class_names: Sequence[str]) -> bool:
    """Whether these classes are written side by side, so that a picture may hold several: digits, letters."""
    return all(len(name) <= LONGEST_CHARACTER for name in class_names)


def in_drawing(pixels: NDArray[np.uint8], pen: float | None, class_names: Sequence[str]) -> tuple[Digit, ...]:
    """Return the digits on a drawing in reading order; none if it is empty. Raises `DrawingError`."""
    try:
        found = find_digits(pixels, pen, one=not are_characters(class_names))
    except NothingDrawn:
        return ()
    return _digits(found, pixels)


def in_photo(picture: Picture) -> tuple[Digit, ...]:
    """Return the digits in a photo, with the photo in grey as their source."""
    return _digits(picture.digits, np.asarray(Image.fromarray(picture.shown).convert("L")))


def _digits(found: Sequence[FoundDigit], pixels: NDArray[np.uint8]) -> tuple[Digit, ...]:
    alone = len(found) == 1
    return tuple(Digit(it.image, pixels if alone else _around(pixels, it.box), it.legible, box=it.box) for it in found)


def _around(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Cut a square with the box in its middle out of a picture, as far as the picture goes."""
    half = round((0.5 + MARGIN) * box.longest_side)
    row, column = (box.top + box.bottom) // 2, (box.left + box.right) // 2
    return pixels[max(0, row - half) : row + half + 1, max(0, column - half) : column + half + 1]
