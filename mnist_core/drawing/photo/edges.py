"""Light and dark parted at their edges: a threshold for each pixel, whatever the light, the paper and the pen.

Where ink begins is told by the edges alone. The threshold at an edge is the grey half-way across it, and between
edges it is interpolated (S. D. Yanowitz, A. M. Bruckstein, "A New Method for Image Segmentation", 1989). So ink may be
as rare or as thick as it likes, and a shadow, which has no sharp edge, is none.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing.photo.components import components

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

LEAST_CONTRAST = 0.07
"""Part of its paper's brightness by which ink has to differ from it; folds and shadows of the paper have less."""

DARKNESS = 80
"""Grey levels added to the brightness that contrast is a part of: in the dark, noise alone is much of it."""

ABOVE_NOISE, SLOPE_ABOVE_NOISE = 3.0, 2.2
"""An edge is at least this many times the contrast that neighbouring pixels have on blank paper, and so many
where it goes on with less."""

OF_THE_STRONGEST = 0.45
"""Edges weaker than this part of the strongest are no ink: lines of squared paper, what shines through."""

STRONGEST_EDGE = 0.15
"""Length of the edges by which the strongest are known, as a part of the picture's side: no speck has as much."""

BLOCKS = 100
"""The threshold is first found for blocks, this many to a side, so that it does not follow each pixel's noise."""


class Parted(NamedTuple):
    """A picture (H, W) parted in dark and light: where it is `dark`, and in which `zone` edges are.

    `reach` is by how many grey levels full ink is from the `threshold`; `contrast` by how much the brightness changes
    around each pixel, as a part of it, 0 to 1; `edge` how much of that makes an edge; `clarity` how many times that of
    blank paper the strongest edges have.
    """

    dark: Mask
    zone: Mask
    threshold: Grey
    reach: Grey
    contrast: Grey
    edge: float
    clarity: float


def part(grey: Grey, region: Mask | None = None) -> Parted | None:
    """Part a picture (H, W), 0 black to 255 white, or one region of it, in dark and light; None if it has no edges.

    What is outside the region counts as its paper.
    """
    low, high = _around(grey, np.minimum), _around(grey, np.maximum)
    contrast = (
        (high - low) * ((255 + DARKNESS) / 255) / (high + DARKNESS)
    )  # as a part of the light, which may be uneven
    inside = contrast.ravel() if region is None else contrast[region]
    if inside.size == 0:
        return None
    count = min(inside.size, 4 + round(STRONGEST_EDGE * math.sqrt(inside.size)))
    strongest = float(np.partition(inside, -count)[-count])
    noise = float(np.median(inside))
    least = max(LEAST_CONTRAST, ABOVE_NOISE * noise)
    if strongest < least:
        return None
    edge = max(least, OF_THE_STRONGEST * strongest)
    weights = np.where(contrast >= edge, contrast, 0)
    if region is not None:
        weights = weights * region
    threshold, reach = interpolated([(low + high) * np.float32(0.5), (high - low) * np.float32(0.5)], weights)
    zone = _edge_zone(contrast, edge, max(edge / 2, SLOPE_ABOVE_NOISE * noise))
    dark = _without_slopes(grey < threshold, zone)
    if region is not None:
        dark = np.where(region, dark, _is_mostly_dark(dark, region))
    return Parted(dark, zone, threshold, reach, contrast, edge, strongest / max(noise, 1e-3))


def _edge_zone(contrast: Grey, edge: float, slope: float) -> Mask:
    """Return where there are edges, and the slopes that go on from them (J. Canny's hysteresis, 1986)."""
    slopes = components(contrast >= slope)
    strong = np.zeros(len(slopes) + 1, dtype=bool)
    strong[slopes.labels[contrast >= edge]] = True
    return strong[slopes.labels]


def _without_slopes(dark: Mask, zone: Mask) -> Mask:
    """Return where it is dark if nothing changes its colour except at edges: a flat part is what its rim mostly is."""
    flats = components(~zone, diagonal=False)
    rims, votes = [], []
    for here, there, rim in (
        (flats.labels[:, :-1], zone[:, 1:], dark[:, 1:]),
        (flats.labels[:, 1:], zone[:, :-1], dark[:, :-1]),
        (flats.labels[:-1], zone[1:], dark[1:]),
        (flats.labels[1:], zone[:-1], dark[:-1]),
    ):
        at_rim = (here >= 0) & there
        rims.append(here[at_rim])
        votes.append(rim[at_rim])
    total = np.bincount(np.concatenate(rims), minlength=len(flats) + 1)
    for_dark = np.bincount(np.concatenate(rims), np.concatenate(votes), minlength=len(flats) + 1)
    return np.where(zone, dark, (2 * for_dark > total)[flats.labels])


def _is_mostly_dark(dark: Mask, region: Mask) -> bool:
    return bool(np.mean(dark[region]) > 0.5)


def _around(grey: Grey, most: np.ufunc) -> Grey:
    """Return the least or the most of each pixel's 3×3 neighbourhood."""
    padded = np.pad(grey, 1, mode="edge")
    rows = most(most(padded[:-2], padded[1:-1]), padded[2:])
    return most(most(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])


def interpolated(values: list[Grey], weights: Grey) -> list[Grey]:
    """Return each of `values` (H, W), averaged by weight where there are any, and interpolated where there are none.

    From coarse to fine: what has no weight at one level takes its value from the coarser one (S. J. Gortler et al.,
    "The Lumigraph", 1996, push and pull).
    """
    height, width = weights.shape
    block = 2 ** max(0, round(math.log2(max(height, width) / BLOCKS)))
    sums = [_summed(array, block) for array in (weights, *(value * weights for value in values))]
    levels = [sums]
    while max(sums[0].shape) > 1:
        sums = [_summed(array, 2) for array in sums]
        levels.append(sums)
    results = [total / max(float(levels[-1][0].sum()), 1e-9) for total in levels[-1][1:]]
    for weight, *totals in reversed(levels[:-1]):
        known = weight > 0
        divisor = np.where(known, weight, 1)
        results = [
            np.where(known, total / divisor, _resized(result, weight.shape))
            for total, result in zip(totals, results, strict=True)
        ]
    whole = (-(-height // block) * block, -(-width // block) * block)
    return [_resized(result, whole)[:height, :width] for result in results]


def _summed(array: Grey, block: int) -> Grey:
    """Sum over blocks of that many rows and columns; those at the end may be smaller."""
    if block == 1:
        return array
    height, width = array.shape
    padded = np.pad(array, ((0, -height % block), (0, -width % block)))
    return padded.reshape(padded.shape[0] // block, block, padded.shape[1] // block, block).sum(axis=(1, 3))


def _resized(array: Grey, shape: tuple[int, int]) -> Grey:
    image = Image.fromarray(np.ascontiguousarray(array, dtype=np.float32))
    return np.asarray(image.resize(shape[::-1], Image.Resampling.BILINEAR))


def soft_ink(grey: Grey, parted: Parted, is_dark: bool) -> NDArray[np.uint8]:
    """Return the ink (H, W), 0 to 255, of dark or light strokes: half at the threshold, full where it reaches."""
    beyond = (parted.threshold - grey) if is_dark else (grey - parted.threshold)
    soft = np.clip(0.5 + beyond / (2 * np.maximum(parted.reach, 1)), 0, 1)
    return np.rint(255 * np.where(parted.zone, soft, parted.dark == is_dark)).astype(np.uint8)
