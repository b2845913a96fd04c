"""Pictures of digits, from a file or a canvas: opens them, finds the digits and brings each to 28×28."""

from mnist_core.drawing.photo.digit_detection import FoundDigit, Picture, find_digits, read_picture
from mnist_core.drawing.photo.picture_file import FORMATS, MOST_BYTES, open_picture

__all__ = [
    "FORMATS",
    "MOST_BYTES",
    "FoundDigit",
    "Picture",
    "find_digits",
    "open_picture",
    "read_picture",
]
