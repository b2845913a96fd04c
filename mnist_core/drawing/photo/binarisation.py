"""Binarisation: divides a picture into dark and light by a local threshold, for any light, paper and pen.

The threshold is known at edges: it is the grey half-way across them. Between edges it is interpolated (S. D. Yanowitz,
A. M. Bruckstein, "A New Method for Image Segmentation", 1989). So the amount of ink and the width of the pen do not
matter, and a shadow, which has no sharp edge, is not taken for ink.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.photo.connected_components import label_components
from mnist_core.drawing.photo.interpolation import interpolate

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

LEAST_CONTRAST = 0.07
"""Least contrast of ink, as a fraction of the paper's brightness; folds and shadows of the paper have less."""

DARKNESS_OFFSET = 80
"""Grey levels added to the brightness that contrast is relative to. Otherwise noise in the dark has a high contrast."""

EDGE_NOISE_RATIO, SLOPE_NOISE_RATIO = 3.0, 2.2
"""Least contrast of an edge, and of the weaker edge that continues it, as multiples of the contrast of blank paper."""

LEAST_EDGE_STRENGTH = 0.45
"""Edges weaker than this fraction of the strongest are not ink, but squared paper or writing that shines through."""

STRONGEST_EDGE_LENGTH = 0.15
"""Length of the edges that define the strongest contrast, as a fraction of the picture's side. Specks have less."""


class BinaryPicture(NamedTuple):
    """A picture divided into dark and light pixels; all arrays are (H, W).

    `dark` is true where it is dark, `edge_zone` near edges. `threshold` (grey level) divides the two, and full ink is
    `half_range` grey levels away from it. `contrast` is the relative change of brightness around each pixel, 0 to 1;
    `edge_contrast` is the least contrast of an edge. `clarity` is the contrast of the strongest edges as a multiple of
    that of blank paper.
    """

    dark: Mask
    edge_zone: Mask
    threshold: Grey
    half_range: Grey
    contrast: Grey
    edge_contrast: float
    clarity: float


class _EdgeLevels(NamedTuple):
    """The contrast of blank paper (`noise`), of an edge (at least), and of the `strongest` edges."""

    noise: float
    edge: float
    strongest: float


def binarise(grey: Grey, region: Mask | None = None) -> BinaryPicture | None:
    """Divide a picture (H, W), 0 black to 255 white, or one region of it, into dark and light; None without edges.

    Outside the region, everything counts as its paper.
    """
    low, high = _neighbourhood(grey, np.minimum), _neighbourhood(grey, np.maximum)
    relative = (255 + DARKNESS_OFFSET) / 255  # to the brightness, because the light may be uneven
    contrast = (high - low) * relative / (high + DARKNESS_OFFSET)
    levels = _edge_levels(contrast.ravel() if region is None else contrast[region])
    if levels is None:
        return None
    weights = np.where(contrast >= levels.edge, contrast, 0)
    if region is not None:
        weights = weights * region
    threshold, half_range = interpolate([(low + high) * np.float32(0.5), (high - low) * np.float32(0.5)], weights)
    edge_zone = _edge_zone(contrast, levels.edge, max(levels.edge / 2, SLOPE_NOISE_RATIO * levels.noise))
    dark = _flatten_between_edges(grey < threshold, edge_zone)
    if region is not None:
        dark = np.where(region, dark, _is_mostly_dark(dark, region))
    clarity = levels.strongest / max(levels.noise, 1e-3)
    return BinaryPicture(dark, edge_zone, threshold, half_range, contrast, levels.edge, clarity)


def _edge_levels(contrast: Grey) -> _EdgeLevels | None:
    """Return the contrasts that define edges, given the contrast of each pixel (n,); None if there are no edges."""
    if contrast.size == 0:
        return None
    count = min(contrast.size, 4 + round(STRONGEST_EDGE_LENGTH * math.sqrt(contrast.size)))
    strongest = float(np.partition(contrast, -count)[-count])
    noise = float(np.median(contrast))
    least = max(LEAST_CONTRAST, EDGE_NOISE_RATIO * noise)
    if strongest < least:
        return None
    return _EdgeLevels(noise, max(least, LEAST_EDGE_STRENGTH * strongest), strongest)


def _edge_zone(contrast: Grey, edge: float, slope: float) -> Mask:
    """Return where edges are, with the weaker edges that continue them (hysteresis thresholding, J. Canny, 1986)."""
    slopes = label_components(contrast >= slope)
    strong = np.zeros(len(slopes) + 1, dtype=bool)
    strong[slopes.labels[contrast >= edge]] = True
    return strong[slopes.labels]


def _flatten_between_edges(dark: Mask, edge_zone: Mask) -> Mask:
    """Return where it is dark, if only edges separate dark from light.

    Each area between edges becomes dark or light as a whole: whichever most of the pixels around it are.
    """
    areas = label_components(~edge_zone, diagonal=False)
    borders, votes = [], []
    for here, there, there_dark in (
        (areas.labels[:, :-1], edge_zone[:, 1:], dark[:, 1:]),
        (areas.labels[:, 1:], edge_zone[:, :-1], dark[:, :-1]),
        (areas.labels[:-1], edge_zone[1:], dark[1:]),
        (areas.labels[1:], edge_zone[:-1], dark[:-1]),
    ):
        at_border = (here >= 0) & there
        borders.append(here[at_border])
        votes.append(there_dark[at_border])
    total = np.bincount(np.concatenate(borders), minlength=len(areas) + 1)
    votes_for_dark = np.bincount(np.concatenate(borders), np.concatenate(votes), minlength=len(areas) + 1)
    return np.where(edge_zone, dark, (2 * votes_for_dark > total)[areas.labels])


def _is_mostly_dark(dark: Mask, region: Mask) -> bool:
    return bool(np.mean(dark[region]) > 0.5)


def _neighbourhood(grey: Grey, extreme: np.ufunc) -> Grey:
    """Return the extreme (`np.minimum` or `np.maximum`) of each pixel's 3×3 neighbourhood."""
    padded = np.pad(grey, 1, mode="edge")
    rows = extreme(extreme(padded[:-2], padded[1:-1]), padded[2:])
    return extreme(extreme(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])


def soft_ink(grey: Grey, picture: BinaryPicture, is_dark: bool) -> NDArray[np.uint8]:
    """Return dark or light ink (H, W), 0 to 255, with soft edges: half of full ink at the threshold."""
    beyond = (picture.threshold - grey) if is_dark else (grey - picture.threshold)
    soft = np.clip(0.5 + beyond / (2 * np.maximum(picture.half_range, 1)), 0, 1)
    return np.rint(255 * np.where(picture.edge_zone, soft, picture.dark == is_dark)).astype(np.uint8)
