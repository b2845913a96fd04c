"""Test images as they look on the copy of a canvas that is read while the pen is down."""

from __future__ import annotations

import numpy as np
from PIL import Image

from mnist_core.data import DIGITS, load_dataset
from mnist_core.reading.readings import Drawing

SIDE = 140


def drawing(index: int | None) -> Drawing:
    """A test image as it looks on the copy of a canvas; None for an empty canvas."""
    image = np.zeros((28, 28), np.uint8) if index is None else load_dataset().test_images[index]
    pixels = np.asarray(Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.BILINEAR))
    return Drawing(pixels, 9.0, DIGITS)
