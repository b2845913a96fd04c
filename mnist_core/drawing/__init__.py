"""From what people draw or photograph to the 28×28 pixels that a network reads."""

from mnist_core.drawing.bounding_box import Box
from mnist_core.drawing.errors import DrawingError, NothingDrawn
from mnist_core.drawing.ink import INK_LEVEL
from mnist_core.drawing.preprocessing import has_ink_of_a_digit, preprocess, to_mnist
from mnist_core.drawing.stroke_width import pen_width
from mnist_core.drawing.without_preprocessing import resize_whole

__all__ = [
    "INK_LEVEL",
    "Box",
    "DrawingError",
    "NothingDrawn",
    "has_ink_of_a_digit",
    "pen_width",
    "preprocess",
    "resize_whole",
    "to_mnist",
]
