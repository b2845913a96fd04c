"""The one reader of pictures, for page and terminal, photo and canvas: which digits are there, and where."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.box import Box
from mnist_core.drawing.errors import NothingDrawn
from mnist_core.drawing.ink import INK_LEVEL, Ink, checked_ink
from mnist_core.drawing.photo.components import components
from mnist_core.drawing.photo.digits import Piece, digits_of, together
from mnist_core.drawing.photo.files import open_picture
from mnist_core.drawing.photo.ink import Strokes, strokes_in
from mnist_core.drawing.photo.touching import look_like_two
from mnist_core.drawing.preprocessing import has_ink_of_a_digit, preprocess

WIDEST = 1.4
"""A digit is at most this many times wider than high."""


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
    return Picture(shown, _found(strokes_in(shown), None, one))


def find_digits(pixels: NDArray[np.uint8], pen: float | None = None, one: bool = False) -> tuple[FoundDigit, ...]:
    """Find the digits on a drawing, uint8, grey (H, W) or RGBA (H, W, 4), as `to_mnist` takes it; at least one.

    `pen` is the width of the strokes in pixels; None estimates it. `one` as for `read_picture`.
    Raises `NothingDrawn` if there is no ink, and `DrawingError` for anything that is no such picture or pen.
    """
    return _found(_strokes_of(checked_ink(pixels, pen)), pen, one)


def _strokes_of(ink: Ink) -> Strokes:
    """Return all ink of a drawing in its pieces. Raises `NothingDrawn` if there is none."""
    found = components(ink > INK_LEVEL)
    if not len(found):
        raise NothingDrawn("There is nothing to read yet. Draw a digit, as large as you like.")
    pieces = [Piece(found.box(i), int(found.areas[i]), (i,)) for i in range(len(found))]
    return Strokes(ink, found.labels, pieces)


def _found(strokes: Strokes, pen: float | None, one: bool) -> tuple[FoundDigit, ...]:
    """Join strokes into digits and fit each into MNIST's frame."""
    pieces = strokes.pieces
    digits = [together(pieces)] if one else digits_of(pieces, pen or strokes.pen)
    images = [preprocess(strokes.cut_out(digit), pen) for digit in digits]
    alone = [True] if one else ~look_like_two(np.stack(images))
    return tuple(
        FoundDigit(
            strokes.box(digit),
            image,
            legible=bool(is_alone and has_ink_of_a_digit(image) and (one or _has_form_of_a_digit(digit.box))),
        )
        for digit, image, is_alone in zip(digits, images, alone, strict=True)
    )


def _has_form_of_a_digit(box: Box) -> bool:
    return box.right - box.left <= WIDEST * (box.bottom - box.top)
