"""A picture resized to 28×28 as it is, without any preprocessing: for comparison with `to_mnist`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.data import IMAGE_SIZE
from mnist_core.drawing.ink import checked_ink


def resize_by_area(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Resize a whole picture to (28, 28) float32 in [0, 1] by averaging areas.

    Nothing is cropped, scaled or centred. Takes the same pictures as `to_mnist` and raises the same errors.
    """
    return _resized(pixels, Image.Resampling.BOX)


def resize_by_sampling(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Resize a whole picture to (28, 28) float32 in [0, 1] by taking every n-th pixel (nearest neighbour).

    This is as close to the raw picture as a network with 784 inputs can get. Otherwise like `resize_by_area`.
    """
    return _resized(pixels, Image.Resampling.NEAREST)


def _resized(pixels: NDArray[np.uint8], resampling: Image.Resampling) -> NDArray[np.float32]:
    ink = Image.fromarray(checked_ink(pixels)).resize((IMAGE_SIZE, IMAGE_SIZE), resampling)
    return np.asarray(ink, dtype=np.float32) / np.float32(255)
