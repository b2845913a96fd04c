"""Images of other sizes become 28 × 28: a blank margin is cut off, all else is resized."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.data.dataset import IMAGE_SIZE, PIXELS
from mnist_core.data.dataset_file import LARGEST, BadDatasetFile

SMALLEST_SIDE, LARGEST_SIDE = 5, 2000
MOST_IMAGES = LARGEST // (PIXELS + 1)
"""With their labels."""


def resize_all(images: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], str]:
    """Return images (n, height, width) as (n, 28, 28), and what was done to them, "" for nothing.

    Raises `BadDatasetFile` if a side is too short or too long, or there are too many.
    """
    if len(images) > MOST_IMAGES:
        raise BadDatasetFile(f"There are {len(images):,} images; at most {MOST_IMAGES:,} are taken.")
    height, width = images.shape[1:]
    if (height, width) == (IMAGE_SIZE, IMAGE_SIZE):
        return np.ascontiguousarray(images), ""
    if min(height, width) < SMALLEST_SIDE or max(height, width) > LARGEST_SIDE:
        raise BadDatasetFile(
            f"The images have {width} × {height} pixels. Expected are 28 × 28; others are resized if they have "
            f"{SMALLEST_SIDE} to {LARGEST_SIDE:,} pixels each way."
        )
    inner = _without_margin(images)
    if inner is not None:
        return inner, f"The images had {width} × {height} pixels; their blank margins were cut off, to 28 × 28."
    resized = np.stack([resize(image) for image in images])
    return resized, f"The images had {width} × {height} pixels and were resized to 28 × 28."


def resize(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return an image (height, width) as (28, 28): its proportions are kept, and its border's shade fills the rest."""
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
    """Return the middle 28 × 28 of larger images if all around it has one shade in all of them, else None."""
    height, width = images.shape[1:]
    if min(height, width) < IMAGE_SIZE:
        return None
    top, left = (height - IMAGE_SIZE) // 2, (width - IMAGE_SIZE) // 2
    bottom, right = top + IMAGE_SIZE, left + IMAGE_SIZE
    around = (images[:, :top], images[:, bottom:], images[:, :, :left], images[:, :, right:])
    shade = images[0, 0, 0]
    if any((part != shade).any() for part in around):
        return None
    return np.ascontiguousarray(images[:, top:bottom, left:right])
