"""Whether images of characters lie on their side, as EMNIST's do: rows and columns are exchanged in its files.

The mean image of each class is compared with those of MNIST's digits and with the letters of a font, upright and with
rows and columns exchanged. Measured: digits and letters of MNIST, of pens and of six fonts agree by 0.09 to 0.19 better
in their right position (correlation of the means, averaged over the classes), and 92 to 100 % of their classes do.
"""

from __future__ import annotations

import string
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from mnist_core.data import IMAGE_SIZE, load_dataset
from mnist_core.data.class_statistics import class_means

LEAST_LIKENESS = 0.72
"""Correlation with the most similar character, averaged over the classes: noise has 0.15, characters have 0.85 to 0.95,
shapes such as shoes 0.67."""
LEAST_ADVANTAGE = 0.05
LEAST_SHARE = 0.75
"""Of the classes must look more like characters when turned."""
_BLUR = 1.5
_FINE = 4
_LONGEST_SIDE = 20
"""Of a letter, in pixels: MNIST's digits are fitted into a box of 20 × 20."""


def transposed(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images (n, 28, 28) with rows and columns exchanged."""
    return np.ascontiguousarray(images.transpose(0, 2, 1))


def is_transposed(means: NDArray[np.uint8]) -> bool:
    """Whether the mean images of classes (n, 28, 28), 0 background, look like characters only when turned."""
    upright, sideways = _likeness(means), _likeness(transposed(means))
    return bool(
        sideways.mean() >= LEAST_LIKENESS
        and (sideways - upright).mean() >= LEAST_ADVANTAGE
        and (sideways > upright).mean() >= LEAST_SHARE
    )


def _likeness(means: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return how much each image is like the most similar character: the correlation of their pixels, (n,)."""
    return (_normalised(means) @ _characters().T).max(axis=1)


@lru_cache(maxsize=1)
def _characters() -> NDArray[np.float32]:
    """Return MNIST's mean digits, and the letters, normalised: (62, 784). Takes 0.3 s, once."""
    mnist = load_dataset()
    digits = class_means(mnist.train_images[:20000], mnist.train_labels[:20000])
    return _normalised(np.concatenate([digits, np.stack([_letter(text) for text in string.ascii_letters])]))


def _normalised(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Blur images, for what matters is where strokes are about, and bring them to mean 0 and length 1: (n, 784)."""
    blur = ImageFilter.GaussianBlur(_BLUR)
    pixels = np.stack([np.asarray(Image.fromarray(image).filter(blur), np.float32).ravel() for image in images])
    pixels -= pixels.mean(axis=1, keepdims=True)
    return pixels / (np.linalg.norm(pixels, axis=1, keepdims=True) + np.float32(1e-6))


def _letter(text: str) -> NDArray[np.uint8]:
    """Return a letter of Pillow's own font, fitted into 20 × 20 in the middle of 28 × 28."""
    size = _FINE * IMAGE_SIZE
    sheet = Image.new("L", (size, size))
    ImageDraw.Draw(sheet).text((size / 2, size / 2), text, 255, ImageFont.load_default(0.8 * size), anchor="mm")
    letter = sheet.crop(sheet.getbbox())
    scale = _LONGEST_SIDE / max(letter.size)
    letter = letter.resize((max(1, round(letter.width * scale)), max(1, round(letter.height * scale))))
    result = Image.new("L", (IMAGE_SIZE, IMAGE_SIZE))
    result.paste(letter, ((IMAGE_SIZE - letter.width) // 2, (IMAGE_SIZE - letter.height) // 2))
    return np.asarray(result)
