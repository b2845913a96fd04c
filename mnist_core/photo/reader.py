"""The one reader of pictures, for page and terminal, photo and canvas: which digits are there, and where."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing import INK_LEVEL, Box, Ink, NothingDrawn, checked_ink, fit, has_ink_of_a_digit
from mnist_core.photo.components import components
from mnist_core.photo.digits import Piece, digits_of, together
from mnist_core.photo.files import open_picture
from mnist_core.photo.ink import ink_of

WIDEST = 1.4
"""A digit is at most this many times wider than high; what is wider is two that touch, or none."""


class FoundDigit(NamedTuple):
    """A digit that was found in a picture or drawing.

    `box` is in pixels of `Picture.shown`, or of the drawing. `image` (28, 28) float32 in [0, 1] is what networks take.
    `legible` says whether it has about the ink and the form of one digit; where it has not, whatever a network says
    of it is unsure.
    """

    box: Box
    image: NDArray[np.float32]
    legible: bool


class Picture(NamedTuple):
    """A picture as it came in, upright and small: (H, W, 3) uint8; and the digits in it, at least one, as one reads."""

    shown: NDArray[np.uint8]
    digits: tuple[FoundDigit, ...]


def read_picture(file: bytes, turns: int = 0, one: bool = False) -> Picture:
    """Find the digits in a picture file, whatever its paper, light, size and colours.

    `turns` are quarter turns clockwise, on top of what the file's EXIF data say. `one` takes all ink for one thing, for
    classes that are no digits. Raises `DrawingError` for what is no
    picture or too large (see `open_picture`), and `NothingDrawn` if no digit stands out.
    """
    shown = open_picture(file, turns)
    ink = ink_of(np.asarray(Image.fromarray(shown).convert("L")))
    return Picture(shown, _found(ink, None, one))


def read_photo(file: bytes) -> Ink:
    """Return the ink in a picture file, as `drawing.to_mnist` takes it. Raises what `read_picture` does."""
    return ink_of(np.asarray(Image.fromarray(open_picture(file)).convert("L")))


def find_digits(pixels: NDArray[np.uint8], pen: float | None = None, one: bool = False) -> tuple[FoundDigit, ...]:
    """Find the digits on a drawing, uint8, grey (H, W) or RGBA (H, W, 4), as `to_mnist` takes it; at least one.

    `pen` is the width of the strokes in pixels; None estimates it. `one` as for `read_picture`.
    Raises `NothingDrawn` if there is no ink, and `DrawingError` for anything that is no such picture or pen.
    """
    return _found(checked_ink(pixels, pen), pen, one)


def _found(ink: Ink, pen: float | None, one: bool) -> tuple[FoundDigit, ...]:
    """Part ink into digits and fit each into MNIST's frame. Raises `NothingDrawn` if there is none."""
    labelled = components(ink > INK_LEVEL)
    pieces = [Piece(labelled.box(i), int(labelled.areas[i]), (i,)) for i in range(len(labelled))]
    if not pieces:
        raise NothingDrawn("There is nothing to read yet. Draw a digit, as large as you like.")
    found = []
    for digit in [together(pieces)] if one else digits_of(pieces):
        box = digit.box
        own = labelled.mask_of(list(digit.parts), box)
        image = fit(np.where(own, ink[box.top : box.bottom, box.left : box.right], 0).astype(np.uint8), pen)
        found.append(FoundDigit(box, image, has_ink_of_a_digit(image) and (one or _has_form_of_a_digit(box))))
    return tuple(found)


def _has_form_of_a_digit(box: Box) -> bool:
    return box.right - box.left <= WIDEST * (box.bottom - box.top)
