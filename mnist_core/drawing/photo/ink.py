"""From a picture to the strokes in it, whatever its light, paper, size and colours, and what is beside the paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing.box import Box
from mnist_core.drawing.errors import NothingDrawn
from mnist_core.drawing.ink import Ink
from mnist_core.drawing.photo.digits import Piece, together
from mnist_core.drawing.photo.edges import Grey, Mask, Parted, part, soft_ink
from mnist_core.drawing.photo.regions import Regions, regions_of, written_on
from mnist_core.drawing.stroke_width import pen_width

DEEPEST = 3
"""How often is looked within a part of the picture: a card on a sheet on a table."""

LEAST_SHEET = 0.04
"""A sheet on which strokes are looked for is at least this part of the picture."""

RIM = 0.012
"""Width of what is left out along the rim of a sheet, as a part of the picture's side: the rim is soft."""


SCALES = (1, 2, 4, 8)
"""Pixels averaged along each side: in blurred and noisy pictures, edges are found at a coarse scale."""

CLEAR = 6.0
"""At a scale that is fine enough, the strongest edges have this many times the contrast of blank paper."""

LEAST_SIDE = 64
"""Pictures are not made smaller than this to find something in them."""


class Strokes(NamedTuple):
    """Ink (H, W) of which the pieces are known: `labels` (H, W) has the number by which each pixel's piece is known.

    A pixel of them is `shrink` pixels of the picture.
    """

    ink: Ink
    labels: NDArray[np.int32]
    pieces: Sequence[Piece]
    shrink: int = 1

    @property
    def pen(self) -> float:
        """The width of the strokes in pixels, estimated."""
        return pen_width(self.cut_out(together(self.pieces)))

    def box(self, piece: Piece) -> Box:
        """Return where in the picture a piece is."""
        return Box(*(side * self.shrink for side in piece.box))

    def cut_out(self, piece: Piece) -> Ink:
        """Return the ink of these pieces alone, cut out of the picture."""
        top, left, bottom, right = piece.box
        wanted = np.zeros(int(self.labels.max()) + 2, dtype=bool)  # the last one is for label -1
        wanted[list(piece.parts)] = True
        own = wanted[self.labels[top:bottom, left:right]]
        return np.where(own, self.ink[top:bottom, left:right], 0).astype(np.uint8)


class Scaled(NamedTuple):
    """A picture of which a pixel is `shrink` pixels of the one that came in, and where it is dark and light."""

    grey: Grey
    parted: Parted
    shrink: int


def strokes_in(rgb: NDArray[np.uint8]) -> Strokes:
    """Find what is written in a picture (H, W, 3). Raises `NothingDrawn` if nothing stands out from its paper."""
    strokes = _look(_grey(rgb), None, DEEPEST)
    if strokes is None:
        raise NothingDrawn(
            "No digit stands out from the paper. Take a picture of a dark digit on light paper, or the other way round."
        )
    return strokes


def _grey(rgb: NDArray[np.uint8]) -> Grey:
    return np.asarray(Image.fromarray(rgb).convert("L"), dtype=np.float32)


def _look(grey: Grey, region: Mask | None, depth: int) -> Strokes | None:
    """Look for strokes in a picture or in one sheet in it; where there are none, in the sheets within that."""
    scaled = _at_best_scale(grey, region)
    if scaled is None:
        return None
    both = [(dark_ink, regions_of(scaled.parted, dark_ink)) for dark_ink in (True, False)]
    papers = [(paper, dark_ink, it) for dark_ink, it in both if (paper := written_on(it)) is not None]
    if papers:
        paper, dark_ink, regions = max(papers, key=lambda it: it[0].weight)
        nodes = (*paper.figures, *paper.others)
        pieces = [Piece(regions.box(it), int(regions.areas[it]), (it,)) for it in nodes]
        return Strokes(soft_ink(scaled.grey, scaled.parted, dark_ink), regions.nodes, pieces, scaled.shrink)
    sheets = _sheets(both[0][1], scaled.shrink, grey.shape, region) if depth > 1 else []
    return next((it for sheet in sheets if (it := _look(grey, sheet, depth - 1)) is not None), None)


def _at_best_scale(grey: Grey, region: Mask | None) -> Scaled | None:
    """Part a picture, or a region of it, at the finest scale at which edges are clear, else where they are clearest."""
    best = None
    for shrink in SCALES:
        small = _reduced(grey, shrink)
        if shrink > 1 and (max(small.shape) < LEAST_SIDE or (best and best.parted.clarity >= CLEAR)):
            break
        inside = None if region is None else _reduced(region.astype(np.float32), shrink) == 1
        parted = part(small, inside)
        if parted is not None and (best is None or parted.clarity > best.parted.clarity):
            best = Scaled(small, parted, shrink)
    return best


def _reduced(array: NDArray[np.float32], shrink: int) -> NDArray[np.float32]:
    return np.asarray(Image.fromarray(array).reduce(shrink)) if shrink > 1 else array


def _sheets(regions: Regions, shrink: int, shape: tuple[int, ...], region: Mask | None) -> list[Mask]:
    """Return where the large regions are, without their rims, the largest first."""
    nodes = [node for nodes in regions.children.values() for node in nodes]
    nodes = [node for node in nodes if regions.areas[node] >= LEAST_SHEET * regions.nodes.size]
    masks = []
    for node in sorted(nodes, key=lambda it: -regions.areas[it]):
        box = regions.box(node)
        mask = np.zeros(regions.nodes.shape, dtype=bool)
        mask[box.top : box.bottom, box.left : box.right] = regions.mask_of(regions.family(node), box)
        inside = _without_rim(mask, max(2, round(RIM * max(mask.shape))))
        enlarged = inside.repeat(shrink, axis=0).repeat(shrink, axis=1)[: shape[0], : shape[1]]
        masks.append(enlarged if region is None else enlarged & region)
    return [mask for mask in masks if mask.any()]


def _without_rim(mask: Mask, width: int) -> Mask:
    """Return a mask without what is nearer to its edges than `width`; the border of the picture is no edge."""
    for axis in (0, 1):
        padded = np.pad(mask, [(width, width) if side == axis else (0, 0) for side in (0, 1)], constant_values=True)
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * width + 1, axis=axis)
        mask = np.asarray(windows.all(axis=-1))
    return mask
