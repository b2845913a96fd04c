"""Detects images of characters that are transposed, as in the files of EMNIST.

The mean image of each class is compared with those of MNIST's digits and with the letters of a font, upright and
transposed. Measured on digits and letters of MNIST, of pens and of six fonts: in the right orientation, the correlation
of the means, averaged over the classes, is higher by 0.09 to 0.19, and it is higher for 92 to 100 % of the classes.
"""

from __future__ import annotations

import string
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from mnist_core.data import IMAGE_SIZE, load_dataset
from mnist_core.data.class_statistics import class_means

LEAST_SIMILARITY = 0.72
"""Least correlation with the most similar character, averaged over the classes. Noise has 0.15, characters have 0.85 to
0.95, shapes such as shoes 0.67."""
LEAST_ADVANTAGE = 0.05
"""Least increase of that correlation by transposing."""
LEAST_SHARE = 0.75
"""Least fraction of the classes that look more like characters when transposed."""
_BLUR = 1.5
_OVERSAMPLING = 4
_LONGEST_SIDE = 20
"""Longest side of a letter in pixels, because MNIST's digits are fitted into a box of 20 × 20."""


def transposed(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images (n, 28, 28) with rows and columns exchanged."""
    return np.ascontiguousarray(images.transpose(0, 2, 1))


def is_transposed(means: NDArray[np.uint8]) -> bool:
    """Whether the mean images of classes (n, 28, 28), 0 background, look like characters only when transposed."""
    upright, turned = _similarity(means), _similarity(transposed(means))
    return bool(
        turned.mean() >= LEAST_SIMILARITY
        and (turned - upright).mean() >= LEAST_ADVANTAGE
        and (turned > upright).mean() >= LEAST_SHARE
    )


def _similarity(means: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return each image's correlation with the most similar character, (n,)."""
    return (_normalised(means) @ _characters().T).max(axis=1)


@lru_cache(maxsize=1)
def _characters() -> NDArray[np.float32]:
    """Return MNIST's mean digits, and the letters, normalised: (62, 784). Takes 0.3 s, once."""
    mnist = load_dataset()
    digits = class_means(mnist.train_images[:20000], mnist.train_labels[:20000])
    return _normalised(np.concatenate([digits, np.stack([_letter(text) for text in string.ascii_letters])]))


def _normalised(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Blur images, because strokes need to match only roughly, and bring them to mean 0 and length 1: (n, 784)."""
    blur = ImageFilter.GaussianBlur(_BLUR)
    pixels = np.stack([np.asarray(Image.fromarray(image).filter(blur), np.float32).ravel() for image in images])
    pixels -= pixels.mean(axis=1, keepdims=True)
    return pixels / (np.linalg.norm(pixels, axis=1, keepdims=True) + np.float32(1e-6))


def _letter(text: str) -> NDArray[np.uint8]:
    """Return a letter in Pillow's default font, fitted into 20 × 20 in the middle of 28 × 28."""
    size = _OVERSAMPLING * IMAGE_SIZE
    canvas = Image.new("L", (size, size))
    ImageDraw.Draw(canvas).text((size / 2, size / 2), text, 255, ImageFont.load_default(0.8 * size), anchor="mm")
    letter = canvas.crop(canvas.getbbox())
    scale = _LONGEST_SIDE / max(letter.size)
    letter = letter.resize((max(1, round(letter.width * scale)), max(1, round(letter.height * scale))))
    result = Image.new("L", (IMAGE_SIZE, IMAGE_SIZE))
    result.paste(letter, ((IMAGE_SIZE - letter.width) // 2, (IMAGE_SIZE - letter.height) // 2))
    return np.asarray(result)
