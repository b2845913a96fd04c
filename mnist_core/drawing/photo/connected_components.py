"""Connected components of a binary picture, with NumPy alone: labels, areas and bounding boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.bounding_box import Box

Integers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class ConnectedComponents:
    """The connected components of a mask, numbered from 0 in the order of their first pixels.

    `labels` (H, W) is the number of each pixel's component, -1 where the mask is false. `areas` (n,) are in pixels.
    `boxes` (n, 4) are top, left, bottom and right, the latter two exclusive. `first_pixels` (n, 2) are row and column
    of each component's first pixel in reading order.
    """

    labels: NDArray[np.int32]
    areas: Integers
    boxes: Integers
    first_pixels: Integers

    def __len__(self) -> int:
        return len(self.areas)

    def box(self, index: int) -> Box:
        """Return the bounding box of one component."""
        return Box(*(int(value) for value in self.boxes[index]))


def label_components(mask: NDArray[np.bool_], diagonal: bool = True) -> ConnectedComponents:
    """Label the connected components of a mask (H, W), with 8 neighbours of a pixel or, without `diagonal`, 4.

    Horizontal runs are the nodes of a graph, with an edge where runs of adjacent rows touch (as in L. He, Y. Chao,
    K. Suzuki, "A Run-Based Two-Scan Labeling Algorithm", 2008). So everything is done by operations on whole arrays.
    """
    height, width = mask.shape
    stride = width + 2  # an empty column at each side ends every run within its row
    padded = np.zeros((height, stride), dtype=bool)
    padded[:, 1:-1] = mask
    flat = padded.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    starts, ends = changes[::2], changes[1::2]
    numbers = _renumbered(_graph_roots(len(starts), *_touching_runs(starts, ends, stride, reach=int(diagonal))))
    labels = np.full(height * stride, -1, dtype=np.int32)
    labels[flat] = np.repeat(numbers, ends - starts)
    rows, left = np.divmod(starts, stride)
    count = int(numbers.max()) + 1 if numbers.size else 0
    boxes = _boxes_of_runs(numbers, rows, left - 1, ends - rows * stride - 1, count)
    areas = np.bincount(numbers, ends - starts, minlength=count).astype(np.intp)
    _, first_runs = np.unique(numbers, return_index=True)
    first_pixels = np.stack([rows[first_runs], left[first_runs] - 1], axis=1)
    return ConnectedComponents(labels.reshape(height, stride)[:, 1:-1], areas, boxes, first_pixels)


def _boxes_of_runs(numbers: Integers, rows: Integers, lefts: Integers, rights: Integers, count: int) -> Integers:
    """Return the bounding boxes (count, 4) of components, from the runs that they consist of."""
    boxes = np.empty((count, 4), dtype=np.intp)
    boxes[:, :2], boxes[:, 2:] = np.iinfo(np.intp).max, 0
    np.minimum.at(boxes[:, 0], numbers, rows)
    np.minimum.at(boxes[:, 1], numbers, lefts)
    np.maximum.at(boxes[:, 2], numbers, rows + 1)
    np.maximum.at(boxes[:, 3], numbers, rights)
    return boxes


def _touching_runs(starts: Integers, ends: Integers, stride: int, reach: int) -> tuple[Integers, Integers]:
    """Return the pairs of runs in adjacent rows that touch, as two arrays of run numbers."""
    first = np.searchsorted(ends, starts + stride - reach, side="right")
    last = np.searchsorted(starts, ends + stride + reach, side="left")
    counts = np.maximum(last - first, 0)
    above = np.repeat(np.arange(len(starts)), counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return above, np.repeat(first, counts) + offsets


def _graph_roots(count: int, one: Integers, other: Integers) -> Integers:
    """Return for each node the smallest node that it is connected with, by hooking and pointer jumping.

    `one` and `other` are the ends of the graph's edges.
    """
    parent = np.arange(count)
    while True:
        first, second = parent[one], parent[other]
        apart = first != second
        if not apart.any():
            return parent
        one, other, first, second = one[apart], other[apart], first[apart], second[apart]
        np.minimum.at(parent, np.maximum(first, second), np.minimum(first, second))
        while not np.array_equal(parent, jumped := parent[parent]):
            parent = jumped


def _renumbered(roots: Integers) -> Integers:
    """Number the roots from 0 without gaps, in the same order."""
    is_root = roots == np.arange(len(roots))
    return (np.cumsum(is_root) - 1)[roots]
