"""Pictures of numbers: blue above 0, orange below, the stronger the more opaque, so that they suit light and dark."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mnist_core.charts.figure import BLUE, ORANGE
from mnist_core.data import IMAGE_SIZE, PIXELS
from mnist_core.text.escape import for_html
from pages.components.gallery.gallery import picture_url, sprite_url

UNCLIPPED_FRACTION = 0.995
"""The fraction of numbers that are not clipped. A few extreme ones would make all others look pale."""

_BETWEEN = (128, 128, 128, 90)
"""The colour between maps."""

STYLE = """
.inside-picture { display: block; width: 100%; aspect-ratio: 1; image-rendering: pixelated; border-radius: 4px;
    background: rgb(128 128 128 / 0.12); }
"""


def grey_html(image: NDArray[np.floating], text: str) -> str:
    """Return a picture of pixels (28, 28), 0 to 1, with a text alternative."""
    pixels = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    return _html(sprite_url(pixels[None]), text)


def signed_html(values: NDArray[np.floating], text: str) -> str:
    """Return a picture of numbers (n,): of 784 as the pixels of an image, of others row after row in a square."""
    return _html(picture_url(signed_pixels(values)), text)


def signed_pixels(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return numbers (n,) as a picture (side, side, 4): what is left over of the square is transparent, as 0 is."""
    side = IMAGE_SIZE if len(values) == PIXELS else max(1, math.ceil(math.sqrt(len(values))))
    square = np.zeros(side * side)
    square[: len(values)] = values
    return _coloured(square.reshape(side, side), _strongest(values))


def maps_html(maps: NDArray[np.floating], text: str) -> str:
    """Return one picture of all maps (side, side, count), row after row, in the same colours and with grey between."""
    side, _, count = maps.shape
    across = math.ceil(math.sqrt(count))
    length = across * (side + 1) - 1
    sheet, between = np.zeros((length, length)), np.ones((length, length), np.bool_)
    for index in range(count):
        top, left = (place * (side + 1) for place in divmod(index, across))
        sheet[top : top + side, left : left + side] = maps[:, :, index]
        between[top : top + side, left : left + side] = False
    pixels = _coloured(sheet, _strongest(maps))
    pixels[between] = _BETWEEN
    return _html(picture_url(pixels), text)


def _strongest(values: NDArray[np.floating]) -> float:
    return float(np.quantile(np.abs(values), UNCLIPPED_FRACTION)) or float(np.abs(values).max()) or 1.0


def _coloured(values: NDArray[np.floating], strongest: float) -> NDArray[np.uint8]:
    """Return numbers (height, width) as pixels (height, width, 4); from `strongest` on, they are opaque."""
    shares = np.clip(values / strongest, -1, 1)
    pixels = np.zeros((*values.shape, 4), np.uint8)
    pixels[shares > 0, :3], pixels[shares < 0, :3] = _rgb(BLUE), _rgb(ORANGE)
    pixels[..., 3] = np.rint(np.abs(shares) * 255)
    return pixels


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _html(url: str, text: str) -> str:
    return f'<img class="inside-picture" src="{url}" alt="{for_html(text)}">'
