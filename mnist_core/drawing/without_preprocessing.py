"""A picture resized to 28×28 as it is, without any preprocessing: for comparison with `to_mnist`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.data import IMAGE_SIZE
from mnist_core.drawing.ink import checked_ink


class Resized(NamedTuple):
    """A whole picture, resized to (28, 28) float32 in [0, 1] in two ways. Nothing is cropped, scaled or centred.

    `sampled` has every n-th pixel (nearest neighbour), which is as close to the raw picture as a network with 784
    inputs can get; `averaged` the means of areas.
    """

    sampled: NDArray[np.float32]
    averaged: NDArray[np.float32]


def resize_whole(pixels: NDArray[np.uint8]) -> Resized:
    """Resize a picture in both ways. Takes the same pictures as `to_mnist` and raises the same errors."""
    ink = Image.fromarray(checked_ink(pixels))
    return Resized(_resized(ink, Image.Resampling.NEAREST), _resized(ink, Image.Resampling.BOX))


def _resized(ink: Image.Image, resampling: Image.Resampling) -> NDArray[np.float32]:
    return np.asarray(ink.resize((IMAGE_SIZE, IMAGE_SIZE), resampling), dtype=np.float32) / np.float32(255)
