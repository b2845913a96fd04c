"""The tree of dark and light regions of a binary picture.

Each region lies inside one region of the other colour, or at the border of the picture (P. Monasse, F. Guichard, "Fast
Computation of a Contrast-Invariant Image Representation", 2000: the tree of shapes). So a sheet of paper on a table, a
black card and a printed frame are regions that contain a digit, and the holes of a digit are regions inside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.bounding_box import Box
from mnist_core.drawing.photo.binarisation import BinaryPicture, Mask
from mnist_core.drawing.photo.connected_components import Integers, label_components
from mnist_core.drawing.photo.ruled_lines import remove_ruled_lines

OUTSIDE = -1
"""The parent of regions at the border of the picture."""

LEAST_SIDE = 0.02
"""Least size of a digit, as a fraction of the picture's longer side."""

LEAST_EDGE_CONTRAST = 0.6
"""Least mean contrast along the edge of a region, as a fraction of the least contrast of an edge pixel."""


@dataclass(frozen=True, eq=False)
class RegionTree:
    """All regions of a picture, numbered together: first the `ink_count` regions of ink's colour, then the others.

    `labels` (H, W) is the number of each pixel's region. All other arrays are (n,) or, `boxes`, (n, 4): `parents` are
    the regions around them or `OUTSIDE`; `areas` are in pixels; `edge_lengths` are how many sides of pixels border on
    other regions, `contrasts` the mean contrast there; `border_pixels` are how many of their pixels lie at the border
    of the picture. `children` has only regions with clear edges; the inner regions of others belong to their parents.
    """

    labels: NDArray[np.int32]
    ink_count: int
    parents: Integers
    boxes: Integers
    areas: Integers
    edge_lengths: Integers
    contrasts: NDArray[np.floating]
    border_pixels: Integers
    least_contrast: float
    children: dict[int, list[int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.areas)

    def is_ink(self, region: int) -> bool:
        """Whether a region has the colour of ink; the others have that of paper."""
        return region < self.ink_count

    def box(self, region: int) -> Box:
        """Return the bounding box of a region."""
        return Box(*(int(value) for value in self.boxes[region]))

    def size(self, region: int) -> int:
        """Return the longest side of a region, in pixels."""
        return self.box(region).longest_side

    def stroke_width(self, *regions: int) -> float:
        """Return the mean width of regions in pixels, taken as strokes: see `drawing.pen_width`.

        The length of an edge is estimated from its pixel sides by the factor π/4.
        """
        indices = list(regions)
        return float(2 * self.areas[indices].sum() / max(1.0, self.edge_lengths[indices].sum() * math.pi / 4))

    def mask(self, regions: list[int], box: Box) -> Mask:
        """Return where these regions are inside a box."""
        wanted = np.zeros(len(self), dtype=bool)
        wanted[regions] = True
        return wanted[self.labels[box.top : box.bottom, box.left : box.right]]

    def with_descendants(self, region: int) -> list[int]:
        """Return a region and all regions inside it."""
        members, i = [region], 0
        while i < len(members):
            members += self.children.get(members[i], [])
            i += 1
        return members


def build_region_tree(picture: BinaryPicture, dark_ink: bool) -> RegionTree:
    """Find the regions of a binary picture and which contains which.

    Ink is connected across diagonals, paper is not.
    """
    mask = remove_ruled_lines(picture.dark if dark_ink else ~picture.dark)
    ink, paper = label_components(mask), label_components(~mask, diagonal=False)
    count = len(ink) + len(paper)
    labels = np.where(mask, ink.labels, paper.labels + len(ink))
    edge_lengths, contrasts = _edges(labels, picture.contrast, count)
    border = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    border_pixels = np.asarray(sum(np.bincount(line, minlength=count) for line in border))
    first_pixels = np.concatenate([ink.first_pixels, paper.first_pixels])
    above = labels[np.maximum(first_pixels[:, 0] - 1, 0), first_pixels[:, 1]]
    tree = RegionTree(
        labels,
        len(ink),
        parents=np.where(border_pixels > 0, OUTSIDE, above),
        boxes=np.concatenate([ink.boxes, paper.boxes]),
        areas=np.concatenate([ink.areas, paper.areas]),
        edge_lengths=edge_lengths,
        contrasts=contrasts,
        border_pixels=border_pixels,
        least_contrast=LEAST_EDGE_CONTRAST * picture.edge_contrast,
    )
    _add_children(tree)
    return tree


def _add_children(tree: RegionTree) -> None:
    """Fill `children` with the regions that are large enough and have clear edges, or lie at the border."""
    sides = np.maximum(tree.boxes[:, 2] - tree.boxes[:, 0], tree.boxes[:, 3] - tree.boxes[:, 1])
    least_side = max(2, 0.5 * LEAST_SIDE * max(tree.labels.shape))
    clear = (tree.border_pixels > 0) | ((sides >= least_side) & (tree.contrasts >= tree.least_contrast))
    for region in np.flatnonzero(clear):
        parent = _clear_ancestor(int(tree.parents[region]), tree.parents, clear)
        tree.children.setdefault(parent, []).append(int(region))


def _clear_ancestor(region: int, parents: Integers, clear: Mask) -> int:
    while region != OUTSIDE and not clear[region]:
        region = int(parents[region])
    return region


def _edges(
    labels: NDArray[np.int32], contrast: NDArray[np.float32], count: int
) -> tuple[Integers, NDArray[np.floating]]:
    """Return how many pixel sides each region shares with others (n,), and the mean contrast there (n,)."""
    regions, strengths = [], []
    for one, other, one_contrast, other_contrast in (
        (labels[:, :-1], labels[:, 1:], contrast[:, :-1], contrast[:, 1:]),
        (labels[:-1], labels[1:], contrast[:-1], contrast[1:]),
    ):
        differ = one != other
        strength = np.maximum(one_contrast[differ], other_contrast[differ])
        regions += [one[differ], other[differ]]
        strengths += [strength, strength]
    lengths = np.bincount(np.concatenate(regions), minlength=count)
    totals = np.bincount(np.concatenate(regions), np.concatenate(strengths), minlength=count)
    return lengths, totals / np.maximum(lengths, 1)
