"""From any picture to ink on paper: one channel, 0 for paper and 255 for full ink, whatever its colours."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing.errors import DrawingError, NothingDrawn

Ink = NDArray[np.uint8]
"""(H, W), 0 paper to 255 full ink."""

INK_LEVEL = 127
"""A pixel above this is ink: half of 255."""

FAINT_EDGE = 32 / 255
"""Ink of 0 to 1 that is fainter than this does not count when the box around a digit is measured."""

LARGEST_IMAGE = 50_000_000
"""Pixels; bounds memory and time (about one second)."""


def checked_ink(pixels: NDArray[np.uint8], pen: float | None = None) -> Ink:
    """Check a drawing and return it as ink on paper (H, W), see `ink_on_paper`.

    Raises `DrawingError` for the same reasons as `to_mnist`.
    """
    _check(pixels, pen)
    return ink_on_paper(pixels)


def ink_on_paper(pixels: NDArray[np.uint8]) -> Ink:
    """Return the picture as ink on paper: (H, W) uint8, 0 for the shade of the paper, 255 for the highest contrast.

    The paper's shade is the median of the border, because a digit seldom covers half of the border. The ink is either
    darker or lighter than the paper: the side with the larger contrast counts, the other becomes paper.
    """
    grey = _grey(pixels)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = int(np.median(border))
    darkest, lightest = int(grey.min()), int(grey.max())
    contrast = np.zeros(256)
    if paper - darkest > lightest - paper:
        contrast[:paper] = (paper - np.arange(paper)) / paper
    else:
        contrast[paper + 1 :] = (np.arange(paper + 1, 256) - paper) / (255 - paper or 1)
    return np.rint(contrast * 255).astype(np.uint8)[grey]


def _check(pixels: NDArray[np.uint8], pen: float | None) -> None:
    expected = "Expected a picture of bytes (uint8), grey (height, width) or RGBA (height, width, 4)"
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8:
        raise DrawingError(
            "{expected}, not {found}.", expected=expected, found=getattr(pixels, "dtype", type(pixels).__name__)
        )
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] != 4):
        raise DrawingError("{expected}, not an array of shape {shape}.", expected=expected, shape=pixels.shape)
    if pixels.size == 0:
        raise NothingDrawn("The picture has no pixels. Draw a digit, or choose another picture.")
    if pixels.shape[0] * pixels.shape[1] > LARGEST_IMAGE:
        raise DrawingError(
            "The picture has more than {most} million pixels. Make it smaller first.", most=LARGEST_IMAGE // 10**6
        )
    if pen is not None and not (isinstance(pen, (int, float, np.number)) and 0 < pen < math.inf):
        raise DrawingError("The width of the pen must be a number of pixels above 0, not {pen!r}.", pen=pen)


def _grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the brightness (H, W), 0 black to 255 white, of a grey or RGBA picture."""
    if pixels.ndim == 2:
        return pixels
    brightness = np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).convert("L"))
    alpha = pixels[:, :, 3]
    return brightness if alpha.min() == 255 else _fill_transparent(brightness, alpha)


def _fill_transparent(brightness: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Fill the transparent parts of a picture and return its brightness (H, W).

    If all visible pixels have about the same brightness, they are strokes on a transparent canvas: the opacity is the
    ink. Otherwise the picture has a paper of its own, and the median of the visible pixels fills the transparent parts.
    """
    visible = brightness[alpha > INK_LEVEL]
    if visible.size == 0 or int(visible.max()) - int(visible.min()) <= INK_LEVEL:
        return alpha
    opacity = alpha.astype(np.float32) / 255
    return np.rint(brightness * opacity + np.median(visible) * (1 - opacity)).astype(np.uint8)
