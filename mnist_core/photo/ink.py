"""From a photo of a digit to ink on paper: whatever its light, its paper and its size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mnist_core.drawing import Ink, NothingDrawn

PAPER_SIDE = 48
"""Pixels of the longest side for estimating the paper: fine enough for a lamp's glow or the shadow of a hand."""

PAPER_WINDOW = 27
"""Pixels of the picture for the paper, over which the paper is the median: a stroke covers less than half of them."""

LEAST_CONTRAST = 24
"""Grey levels (of 255) by which ink has to differ from its paper; folds and shadows of the paper have less."""


def ink_of(grey: NDArray[np.uint8]) -> Ink:
    """Return the ink (H, W), 0 paper to 255 full ink, of a picture whose paper may be dark or light, and uneven.

    The ink is what differs from the paper around it: Otsu's threshold is half ink, half of that is paper still, and
    one and a half of it is full ink. Raises `NothingDrawn` if nothing stands out.
    """
    image = Image.fromarray(grey).filter(ImageFilter.MedianFilter(3))
    difference = np.asarray(image, dtype=np.float32) - _paper(image)
    darkest, lightest = np.percentile(difference, (0.5, 99.5))
    contrast = np.maximum(-difference if -darkest > lightest else difference, 0)
    threshold = _otsu(contrast)
    ink = contrast[contrast > threshold]
    strength = float(np.median(ink)) if ink.size else 0.0
    if strength < LEAST_CONTRAST or strength < 4 * float(np.median(contrast)):
        raise NothingDrawn(
            "No digit stands out from the paper. Take a picture of a dark digit on light paper, or the other way round."
        )
    return np.rint(np.clip(contrast / threshold - 0.5, 0, 1) * 255).astype(np.uint8)


def _paper(image: Image.Image) -> NDArray[np.float32]:
    """Return the brightness of the paper under each pixel (H, W): a median over much of the picture, made smooth."""
    small = image.copy()
    small.thumbnail((PAPER_SIDE, PAPER_SIDE), Image.Resampling.BOX)
    margin = PAPER_WINDOW // 2
    padded = Image.fromarray(np.pad(np.asarray(small), margin, mode="reflect" if min(small.size) > margin else "edge"))
    median = padded.filter(ImageFilter.MedianFilter(PAPER_WINDOW)).filter(ImageFilter.GaussianBlur(2))
    inside = median.crop((margin, margin, margin + small.width, margin + small.height))
    return np.asarray(inside.resize(image.size, Image.Resampling.BICUBIC), dtype=np.float32)


def _otsu(values: NDArray[np.float32]) -> float:
    """Return the threshold that parts values from 0 to 255 best in two (N. Otsu, 1979): at least 1."""
    counts, edges = np.histogram(values, bins=256, range=(0, 256))
    below, sums = np.cumsum(counts), np.cumsum(counts * edges[:-1])
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return max(1.0, float(edges[int(np.nanargmax(np.where(above > 0, between, -1)))] + 1))
