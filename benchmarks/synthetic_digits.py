"""Synthetic handwriting: writes digits with random variations and renders them as picture files.

The digits follow templates of strokes. All randomness comes from one generator, so the same seed gives the same
pictures.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Random = np.random.Generator
Stroke = NDArray[np.float64]
"""Points (n, 2) of the pen's path, x to the right and y down, in a box from 0 to 1."""

Ink = NDArray[np.float32]
"""(H, W), 0 paper to 1 full ink."""

_TEMPLATES = {  # in hundredths; some strokes of a digit do not touch, on purpose
    "0": ["50,5 25,15 15,50 25,85 50,95 75,85 85,50 75,15 50,5"],
    "1": ["50,4 50,96", "28,30 54,5 53,95"],
    "2": ["20,25 35,8 60,6 75,22 70,42 45,70 20,94 50,92 84,93"],
    "3": ["22,12 50,5 75,18 70,36 48,48 75,58 80,78 55,95 20,88"],
    "4": ["62,95 62,6 15,65 88,65", "25,5 20,55 85,58|66,25 64,95"],
    "5": ["78,6 28,7 25,45 55,40 78,58 75,82 50,95 20,88", "30,12 26,46 55,40 78,58 75,82 50,95 20,88|42,5 82,4"],
    "6": ["68,6 38,30 22,62 32,90 60,95 78,75 66,54 40,56 26,70"],
    "7": ["15,8 50,7 85,8 60,50 45,95", "15,8 50,7 85,8 60,50 45,95|35,50 78,49"],
    "8": ["50,48 26,34 30,12 52,5 74,14 72,34 50,48 22,66 26,88 50,96 76,86 76,64 50,48"],
    "9": ["76,30 58,48 32,42 26,20 48,5 72,12 76,30 72,60 60,95"],
}


class SyntheticPicture(NamedTuple):
    """A picture file, and the digits in it in reading order."""

    file: bytes
    digits: str


Writer = Callable[[str, Random], Sequence[Stroke]]
"""Returns the strokes of one digit in a box from 0 to 1."""


def write_digit(digit: str, random: Random) -> list[Stroke]:
    """Return the strokes of a digit, with random variations."""
    template = _TEMPLATES[digit][random.integers(len(_TEMPLATES[digit]))]
    slant, width = random.uniform(-0.15, 0.2), random.uniform(0.75, 1.05)
    strokes = []
    for line in template.split("|"):
        points = np.array([[float(part) / 100 for part in point.split(",")] for point in line.split()])
        points = points + random.normal(0, 0.012, points.shape)
        points = _smoothed(points) if len(points) > 3 else points
        points[:, 0] = 0.5 + (points[:, 0] - 0.5) * width + slant * (0.5 - points[:, 1])
        strokes.append(points)
    return strokes


def _smoothed(points: Stroke) -> Stroke:
    """Return a path with rounded corners: 60 points along it, averaged over five."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    fine = np.linspace(0, along[-1], 60)
    path = np.stack([np.interp(fine, along, points[:, axis]) for axis in (0, 1)], axis=1)
    padded = np.concatenate([path[:1].repeat(2, axis=0), path, path[-1:].repeat(2, axis=0)])
    return np.stack([np.convolve(padded[:, axis], np.ones(5) / 5, mode="valid") for axis in (0, 1)], axis=1)


class Page:
    """A blank page of `width` × `height` pixels on which digits are written one after the other.

    It is drawn larger and reduced, so that edges are soft, unless `soft` is false.
    """

    def __init__(self, width: int, height: int, writer: Writer, random: Random, soft: bool = True) -> None:
        self.width, self.height, self._writer, self._random = width, height, writer, random
        self._oversampling = 2 if soft and max(width, height) > 600 else 4 if soft else 1
        self._image = Image.new("L", (width * self._oversampling, height * self._oversampling))
        self.digits = ""

    def write(self, digit: str, left: float, top: float, size: float, pen: float, degrees: float = 0) -> None:
        """Write a digit into a box of the height `size` and the width 0.7 · `size`, rotated about its centre.

        All lengths are in pixels.
        """
        draw = ImageDraw.Draw(self._image)
        angle = np.deg2rad(degrees)
        rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        for stroke in self._writer(digit, self._random):
            centre = np.array([left + 0.35 * size, top + 0.5 * size])
            points = self._oversampling * (centre + (stroke - 0.5) * (0.7 * size, size) @ rotation)
            self._line(draw, [(float(x), float(y)) for x, y in points], pen * self._oversampling)
        self.digits += digit

    def _line(self, draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], pen: float) -> None:
        draw.line(points, fill=255, width=max(1, round(pen)), joint="curve")
        if pen > 3:
            for x, y in points:
                draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=255)

    @property
    def ink(self) -> Ink:
        """The ink on the page."""
        image = self._image.reduce(self._oversampling) if self._oversampling > 1 else self._image
        return np.asarray(image, dtype=np.float32) / np.float32(255)


class PictureGenerator:
    """The source of randomness for synthetic pictures; `writer` writes the digits."""

    def __init__(self, seed: int, writer: Writer = write_digit) -> None:
        self.random, self._writer = np.random.default_rng(seed), writer

    def page(self, width: int, height: int, soft: bool = True) -> Page:
        """Return a blank page."""
        return Page(width, height, self._writer, self.random, soft)

    def digit(self) -> str:
        """Return a random digit."""
        return str(self.random.integers(10))

    def page_with_digit(
        self, width: int, height: int, size_range: tuple[float, float], pen_range: tuple[float, float]
    ) -> Page:
        """Return a page with one digit at a random position.

        `size_range` limits its height as a fraction of the page's, `pen_range` the pen's width as a fraction of that.
        """
        page, random = self.page(width, height), self.random
        size = random.uniform(*size_range) * height
        left = random.uniform(0.06 * width, max(0.07 * width, 0.94 * width - 0.7 * size))
        top = random.uniform(0.06, 0.94 - size / height) * height
        page.write(self.digit(), left, top, size, max(1, random.uniform(*pen_range) * size), random.uniform(-6, 6))
        return page


def png(pixels: NDArray[np.floating]) -> bytes:
    """Return grey (H, W) or colours (H, W, 3 or 4) from 0 to 255 as a PNG file."""
    return _saved(pixels, "PNG")


def jpeg(pixels: NDArray[np.floating], random: Random) -> bytes:
    """Return the same as a JPEG file of a random quality from 55 to 95."""
    return _saved(pixels, "JPEG", quality=int(random.integers(55, 96)))


def _saved(pixels: NDArray[np.floating], kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8)).save(buffer, kind, **options)
    return buffer.getvalue()


def photographed(ink: Ink, random: Random, paper: float = 210, darkness: float = 0.7) -> NDArray[np.float32]:
    """Return ink (H, W) as in a photo, 0 to 255: lit from one side, slightly blurred, with noise.

    `darkness` is the fraction of the paper's brightness that ink takes away.
    """
    height, width = ink.shape
    soft = Image.fromarray((ink * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(random.uniform(0.6, 2)))
    down, across = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    angle = random.uniform(0, 2 * np.pi)
    light = 1 - random.uniform(0.05, 0.4) * (0.5 + (np.cos(angle) * (across - 0.5) + np.sin(angle) * (down - 0.5)))
    seen = paper * light * (1 - darkness * np.asarray(soft, dtype=np.float32) / 255)
    return seen + random.normal(0, random.uniform(1, 7), ink.shape).astype(np.float32)
