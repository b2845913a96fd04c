"""Images turned, moved and resized: each pixel is interpolated between the four nearest pixels of the source."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE, PIXELS

Images = NDArray[np.float32]
_CENTRE = (IMAGE_SIZE - 1) / 2


def rotated(images: Images, degrees: float) -> Images:
    """Return images (n, 28, 28) turned clockwise about their centre."""
    angle = np.deg2rad(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    return resampled(images, np.array([[cosine, -sine], [sine, cosine]]))


def scaled(images: Images, factor: float) -> Images:
    """Return images (n, 28, 28) with their content enlarged by a factor above 0 about their centre."""
    return resampled(images, np.eye(2) / factor)


def shifted(images: Images, down: float, right: float) -> Images:
    """Return images (n, 28, 28) moved by so many pixels."""
    return resampled(images, np.eye(2), (-down, -right))


def resampled(images: Images, matrix: NDArray[np.floating], offset: tuple[float, float] = (0.0, 0.0)) -> Images:
    """Return images (n, 28, 28) whose pixel at p, from the centre, is that of the source at `matrix` p + `offset`.

    Positions are (row, column). Between pixels it is interpolated bilinearly; outside of the image, all is 0.
    """
    positions = np.mgrid[:IMAGE_SIZE, :IMAGE_SIZE].reshape(2, PIXELS) - _CENTRE
    rows, columns = matrix @ positions + np.array(offset)[:, None] + _CENTRE
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    flat = images.reshape(len(images), PIXELS)
    result = np.zeros_like(flat)
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        row, column = top + down, left + right
        weight = (1 - np.abs(rows - row)) * (1 - np.abs(columns - column))
        inside = (row >= 0) & (row < IMAGE_SIZE) & (column >= 0) & (column < IMAGE_SIZE) & (weight > 0)
        result[:, inside] += flat[:, (row * IMAGE_SIZE + column)[inside]] * weight[inside].astype(np.float32)
    return result.reshape(images.shape)
