"""Letters as 28×28 images, for a network that knows none: drawn here from strokes, centred as MNIST's digits are."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE

Stroke = tuple[tuple[float, float], ...]
"""The corners (x, y) of a stroke; x from left to right and y from top to bottom, both 0 to 1."""

HEIGHT, WIDTH = 17.8, 14.0
"""The size of a letter from middle of stroke to middle of stroke, in pixels: with the stroke, 20 pixels are high."""
HALF_STROKE = 1.1
"""Half the width of a stroke in pixels, as in `mnist_core/drawing/stroke_width.py`."""


def _arc(x: float, y: float, across: float, down: float, start: int, end: int) -> Stroke:
    """Return an arc around (x, y) with these half axes, between two angles in degrees: 0 is right, 90 is down."""
    angles = [math.radians(angle) for angle in range(start, end + 1, 10)]
    return tuple((x + across * math.cos(angle), y + down * math.sin(angle)) for angle in angles)


LETTERS: dict[str, tuple[Stroke, ...]] = {
    "A": (((0, 1), (0.5, 0), (1, 1)), ((0.2, 0.62), (0.8, 0.62))),
    "C": (_arc(0.55, 0.5, 0.55, 0.5, 50, 310),),
    "E": (((0.9, 0), (0.05, 0), (0.05, 1), (0.9, 1)), ((0.05, 0.5), (0.75, 0.5))),
    "F": (((0.9, 0), (0.05, 0), (0.05, 1)), ((0.05, 0.48), (0.75, 0.48))),
    "H": (((0.05, 0), (0.05, 1)), ((0.95, 0), (0.95, 1)), ((0.05, 0.5), (0.95, 0.5))),
    "K": (((0.05, 0), (0.05, 1)), ((0.95, 0), (0.05, 0.55)), ((0.3, 0.4), (0.95, 1))),
    "P": (((0.1, 1), (0.1, 0), (0.5, 0)), _arc(0.5, 0.27, 0.4, 0.27, -90, 90), ((0.5, 0.54), (0.1, 0.54))),
    "R": (
        ((0.1, 1), (0.1, 0), (0.5, 0)),
        _arc(0.5, 0.25, 0.4, 0.25, -90, 90),
        ((0.5, 0.5), (0.1, 0.5)),
        ((0.45, 0.5), (0.95, 1)),
    ),
    "T": (((0, 0), (1, 0)), ((0.5, 0), (0.5, 1))),
    "X": (((0.05, 0), (0.95, 1)), ((0.95, 0), (0.05, 1))),
}
"""Ten capital letters that look like no digit."""


def letter_images() -> NDArray[np.uint8]:
    """Return the letters in the order of `LETTERS` as images (n, 28, 28), 0 to 255, light on dark."""
    return np.stack([_image(strokes) for strokes in LETTERS.values()])


def _image(strokes: tuple[Stroke, ...]) -> NDArray[np.uint8]:
    """Return a letter whose centre of mass is in the middle of the image, as that of MNIST's digits is."""
    middle = IMAGE_SIZE / 2
    size = np.array([WIDTH, HEIGHT])
    lines = [np.array(stroke) * size + middle - size / 2 for stroke in strokes]
    first = _drawn(lines)
    places = np.arange(IMAGE_SIZE) + 0.5
    centre = np.array([first.sum(axis=0) @ places, first.sum(axis=1) @ places]) / first.sum()
    return np.round(255 * _drawn([line + middle - centre for line in lines])).astype(np.uint8)


def _drawn(lines: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return lines with corners (m, 2) in pixels as an image (28, 28), 0 to 1, with edges one pixel soft."""
    distance = np.min([_distance(a, b) for line in lines for a, b in pairwise(line)], axis=0)
    return np.clip(HALF_STROKE + 0.5 - distance, 0, 1)


def _distance(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance in pixels (28, 28) of each pixel's middle from the line between two points."""
    places = np.stack(np.meshgrid(*[np.arange(IMAGE_SIZE) + 0.5] * 2), axis=-1)
    along = end - start
    share = np.clip((places - start) @ along / (along @ along), 0, 1)
    return np.linalg.norm(places - start - share[..., None] * along, axis=-1)
