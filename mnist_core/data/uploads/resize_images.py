"""Brings images of other sizes to 28 × 28: blank margins are cut off, all others are resized."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.data.dataset import IMAGE_SIZE, PIXELS
from mnist_core.data.dataset_file import LARGEST, BadDatasetFile

SMALLEST_SIDE, LARGEST_SIDE = 5, 2000
MOST_IMAGES = LARGEST // (PIXELS + 1)
"""The number of images that fit into `LARGEST` bytes with their labels."""


def resize_images(images: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], str]:
    """Return images (n, height, width) as (n, 28, 28), and a sentence that says what was changed, or "".

    Raises `BadDatasetFile` if a side is too short or too long, or there are too many images.
    """
    if len(images) > MOST_IMAGES:
        raise BadDatasetFile(f"There are {len(images):,} images; at most {MOST_IMAGES:,} are accepted.")
    height, width = images.shape[1:]
    if (height, width) == (IMAGE_SIZE, IMAGE_SIZE):
        return np.ascontiguousarray(images), ""
    if min(height, width) < SMALLEST_SIDE or max(height, width) > LARGEST_SIDE:
        raise BadDatasetFile(
            f"The images have {width} × {height} pixels. The app expects 28 × 28; others are resized if they have "
            f"{SMALLEST_SIDE} to {LARGEST_SIDE:,} pixels each way."
        )
    cropped = _without_margin(images)
    if cropped is not None:
        return cropped, f"The images had {width} × {height} pixels; their blank margins were cut off, to 28 × 28."
    resized = np.stack([resize_image(image) for image in images])
    return resized, f"The images had {width} × {height} pixels and were resized to 28 × 28."


def resize_image(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return an image (height, width) as (28, 28), with the same proportions; the border's median fills the rest."""
    height, width = image.shape
    scale = IMAGE_SIZE / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    method = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    small = np.asarray(Image.fromarray(image).resize((columns, rows), method))
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    result = np.full((IMAGE_SIZE, IMAGE_SIZE), np.median(border), np.uint8)
    top, left = (IMAGE_SIZE - rows) // 2, (IMAGE_SIZE - columns) // 2
    result[top : top + rows, left : left + columns] = small
    return result


def _without_margin(images: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return the middle 28 × 28 of larger images if everything around it has one value in all images, else None."""
    height, width = images.shape[1:]
    if min(height, width) < IMAGE_SIZE:
        return None
    top, left = (height - IMAGE_SIZE) // 2, (width - IMAGE_SIZE) // 2
    bottom, right = top + IMAGE_SIZE, left + IMAGE_SIZE
    margins = (images[:, :top], images[:, bottom:], images[:, :, :left], images[:, :, right:])
    shade = images[0, 0, 0]
    if any((part != shade).any() for part in margins):
        return None
    return np.ascontiguousarray(images[:, top:bottom, left:right])
