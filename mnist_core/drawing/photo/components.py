"""Connected components of a picture in black and white, with NumPy alone: areas, boxes, and what encloses what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.box import Box

Integers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Components:
    """The connected components of a mask, numbered from 0 in the order of their first pixels.

    `labels` (H, W) has each pixel's component, -1 where the mask is false; `areas` (n,) count pixels; `boxes` (n, 4)
    are top, left, bottom and right, the latter two exclusive; `firsts` (n, 2) are row and column of the first pixel in
    reading order.
    """

    labels: NDArray[np.int32]
    areas: Integers
    boxes: Integers
    firsts: Integers

    def __len__(self) -> int:
        return len(self.areas)

    def box(self, index: int) -> Box:
        """Return the box of one component."""
        return Box(*(int(value) for value in self.boxes[index]))

    @property
    def sizes(self) -> Integers:
        """The longest side of each component (n,), in pixels."""
        return np.maximum(self.boxes[:, 2] - self.boxes[:, 0], self.boxes[:, 3] - self.boxes[:, 1])

    def mask_of(self, indices: Integers | list[int], box: Box) -> NDArray[np.bool_]:
        """Return where in a box these components are."""
        wanted = np.zeros(len(self) + 1, dtype=bool)  # the last one is for label -1
        wanted[indices] = True
        return wanted[self.labels[box.top : box.bottom, box.left : box.right]]


def components(mask: NDArray[np.bool_], diagonal: bool = True) -> Components:
    """Label the connected components of a mask (H, W), with or without diagonal neighbours.

    Horizontal runs are the nodes of a graph, joined where runs of neighbouring rows touch (as in L. He, Y. Chao,
    K. Suzuki, "A Run-Based Two-Scan Labeling Algorithm", 2008), so that all is done by whole arrays.
    """
    height, width = mask.shape
    stride = width + 2  # a blank column at each side: no run goes over the end of its row
    padded = np.zeros((height, stride), dtype=bool)
    padded[:, 1:-1] = mask
    flat = padded.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    starts, ends = changes[::2], changes[1::2]
    numbers = _numbered(_roots(len(starts), *_touching(starts, ends, stride, reach=int(diagonal))))
    labels = np.full(height * stride, -1, dtype=np.int32)
    labels[flat] = np.repeat(numbers, ends - starts)
    rows, left = np.divmod(starts, stride)
    right = ends - rows * stride
    count = int(numbers.max()) + 1 if numbers.size else 0
    boxes = np.empty((count, 4), dtype=np.intp)
    boxes[:, :2], boxes[:, 2:] = (height, width), 0
    np.minimum.at(boxes[:, 0], numbers, rows)
    np.minimum.at(boxes[:, 1], numbers, left - 1)
    np.maximum.at(boxes[:, 2], numbers, rows + 1)
    np.maximum.at(boxes[:, 3], numbers, right - 1)
    areas = np.bincount(numbers, ends - starts, minlength=count).astype(np.intp)
    _, first_runs = np.unique(numbers, return_index=True)
    firsts = np.stack([rows[first_runs], left[first_runs] - 1], axis=1)
    return Components(labels.reshape(height, stride)[:, 1:-1], areas, boxes, firsts)


def _touching(starts: Integers, ends: Integers, stride: int, reach: int) -> tuple[Integers, Integers]:
    """Return the pairs of runs of neighbouring rows that touch, as two arrays of run numbers."""
    first = np.searchsorted(ends, starts + stride - reach, side="right")
    last = np.searchsorted(starts, ends + stride + reach, side="left")
    counts = np.maximum(last - first, 0)
    above = np.repeat(np.arange(len(starts)), counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return above, np.repeat(first, counts) + offsets


def _roots(count: int, one: Integers, other: Integers) -> Integers:
    """Return for each node of a graph the least node that it is joined with, by hooking and pointer jumping."""
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


def _numbered(roots: Integers) -> Integers:
    """Return the roots renumbered from 0 without gaps, in their order."""
    is_root = roots == np.arange(len(roots))
    return (np.cumsum(is_root) - 1)[roots]
