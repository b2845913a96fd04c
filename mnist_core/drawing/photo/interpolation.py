"""Interpolation of values that are known at some pixels only, by a pyramid of averages."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[np.float32]

BLOCKS_PER_SIDE = 100
"""Values are averaged over blocks first, about this many along the longer side, so that they do not follow the noise
of single pixels."""


def interpolate(arrays: list[Array], weights: Array) -> list[Array]:
    """Return each array (H, W) as weighted averages where `weights` (H, W) are above 0, interpolated elsewhere.

    What has no weight at one level of the pyramid gets its value from the coarser level (S. J. Gortler et al., "The
    Lumigraph", 1996: push and pull).
    """
    height, width = weights.shape
    block = 2 ** max(0, round(math.log2(max(height, width) / BLOCKS_PER_SIDE)))
    sums = [_block_sums(array, block) for array in (weights, *(array * weights for array in arrays))]
    levels = [sums]
    while max(sums[0].shape) > 1:
        sums = [_block_sums(array, 2) for array in sums]
        levels.append(sums)
    results = [total / max(float(levels[-1][0].sum()), 1e-9) for total in levels[-1][1:]]
    for weight, *totals in reversed(levels[:-1]):
        known = weight > 0
        divisor = np.where(known, weight, 1)
        results = [
            np.where(known, total / divisor, _resized(coarser, weight.shape))
            for total, coarser in zip(totals, results, strict=True)
        ]
    whole_blocks = (-(-height // block) * block, -(-width // block) * block)
    return [_resized(result, whole_blocks)[:height, :width] for result in results]


def _block_sums(array: Array, block: int) -> Array:
    """Sum over blocks of `block` rows and columns; the last ones may be smaller."""
    if block == 1:
        return array
    height, width = array.shape
    padded = np.pad(array, ((0, -height % block), (0, -width % block)))
    return padded.reshape(padded.shape[0] // block, block, padded.shape[1] // block, block).sum(axis=(1, 3))


def _resized(array: Array, shape: tuple[int, int]) -> Array:
    image = Image.fromarray(np.ascontiguousarray(array, dtype=np.float32))
    return np.asarray(image.resize(shape[::-1], Image.Resampling.BILINEAR))
