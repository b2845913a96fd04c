"""Pictures of digits, from a file or a canvas: open them, find the digits, bring each to 28×28."""

from mnist_core.drawing.photo.files import FORMATS, MOST_BYTES, open_picture
from mnist_core.drawing.photo.reader import FoundDigit, Picture, find_digits, read_picture

__all__ = [
    "FORMATS",
    "MOST_BYTES",
    "FoundDigit",
    "Picture",
    "find_digits",
    "open_picture",
    "read_picture",
]
