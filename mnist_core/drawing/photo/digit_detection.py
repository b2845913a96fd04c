"""Finds the digits in a picture or a drawing, for pages and terminal alike."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.bounding_box import Box
from mnist_core.drawing.errors import NothingDrawn
from mnist_core.drawing.ink import INK_LEVEL, Ink, checked_ink
from mnist_core.drawing.photo.connected_components import label_components
from mnist_core.drawing.photo.digit_grouping import Piece, group_into_digits, join_pieces
from mnist_core.drawing.photo.picture_file import open_picture
from mnist_core.drawing.photo.stroke_detection import Strokes, detect_strokes
from mnist_core.drawing.photo.touching_digits import show_two_digits
from mnist_core.drawing.preprocessing import has_ink_of_a_digit, preprocess

LARGEST_ASPECT_RATIO = 1.4
"""Largest width of a digit as a multiple of its height."""


class FoundDigit(NamedTuple):
    """A digit that was found in a picture or drawing.

    `box` is in pixels of `Picture.shown`, or of the drawing. `image` (28, 28) float32 in [0, 1] is the input for
    networks. `legible` says whether its amount of ink and its form are those of one digit; if not, any prediction is
    unsure.
    """

    box: Box
    image: NDArray[np.float32]
    legible: bool


class Picture(NamedTuple):
    """A picture, upright and reduced: (H, W, 3) uint8; and the digits in it in reading order, at least one."""

    shown: NDArray[np.uint8]
    digits: tuple[FoundDigit, ...]


def read_picture(file: bytes, turns: int = 0, one: bool = False) -> Picture:
    """Find the digits in a picture file, whatever its paper, light, size and colours.

    `turns` are quarter turns clockwise, after those that the file's EXIF data ask for. With `one`, all ink counts as
    one digit; this is for classes that are not digits. Raises `DrawingError` for a file that is not a picture or too
    large (see `open_picture`), and `NothingDrawn` if nothing stands out.
    """
    shown = open_picture(file, turns)
    return Picture(shown, _find(detect_strokes(shown), None, one))


def find_digits(pixels: NDArray[np.uint8], pen: float | None = None, one: bool = False) -> tuple[FoundDigit, ...]:
    """Find the digits in a drawing, uint8, grey (H, W) or RGBA (H, W, 4), as `to_mnist` takes it; at least one.

    `pen` is the width of the strokes in pixels; None estimates it. `one` as for `read_picture`.
    Raises `NothingDrawn` if there is no ink, and `DrawingError` for an invalid array or pen.
    """
    return _find(_strokes_of_drawing(checked_ink(pixels, pen)), pen, one)


def _strokes_of_drawing(ink: Ink) -> Strokes:
    """Return all ink of a drawing in its connected pieces. Raises `NothingDrawn` if there is none."""
    components = label_components(ink > INK_LEVEL)
    if not len(components):
        raise NothingDrawn
    pieces = [Piece(components.box(i), int(components.areas[i]), (i,)) for i in range(len(components))]
    return Strokes(ink, components.labels, pieces)


def _find(strokes: Strokes, pen: float | None, one: bool) -> tuple[FoundDigit, ...]:
    """Group strokes into digits and preprocess each as MNIST's digits were."""
    pieces = strokes.pieces
    digits = [join_pieces(pieces)] if one else group_into_digits(pieces, pen or strokes.pen)
    images = [preprocess(strokes.cut_out(digit), pen) for digit in digits]
    single = [True] if one else ~show_two_digits(np.stack(images))
    return tuple(
        FoundDigit(
            strokes.box(digit),
            image,
            legible=bool(is_single and has_ink_of_a_digit(image) and (one or _has_form_of_a_digit(digit.box))),
        )
        for digit, image, is_single in zip(digits, images, single, strict=True)
    )


def _has_form_of_a_digit(box: Box) -> bool:
    return box.width <= LARGEST_ASPECT_RATIO * box.height
