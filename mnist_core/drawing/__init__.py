"""From what people draw or photograph to the 28×28 pixels that a network reads."""

from mnist_core.drawing.preprocessing import (
    INK_LEVEL,
    Box,
    DrawingError,
    NothingDrawn,
    fit,
    has_ink_of_a_digit,
    pen_width,
    sample,
    shrink,
    to_mnist,
)

__all__ = [
    "INK_LEVEL",
    "Box",
    "DrawingError",
    "NothingDrawn",
    "fit",
    "has_ink_of_a_digit",
    "pen_width",
    "sample",
    "shrink",
    "to_mnist",
]
