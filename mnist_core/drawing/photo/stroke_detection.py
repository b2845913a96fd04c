"""Detects the strokes in a picture, for any light, paper, size and colours, and leaves out what is beside the paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing.bounding_box import Box
from mnist_core.drawing.errors import NothingDrawn
from mnist_core.drawing.ink import Ink
from mnist_core.drawing.photo.binarisation import BinaryPicture, Grey, Mask, binarise, soft_ink
from mnist_core.drawing.photo.digit_grouping import Piece, join_pieces
from mnist_core.drawing.photo.paper_selection import select_paper
from mnist_core.drawing.photo.region_tree import RegionTree, build_region_tree
from mnist_core.drawing.stroke_width import pen_width

MOST_NESTED_SHEETS = 3
"""Pictures are searched to this depth: a card on a sheet on a table."""

LEAST_SHEET_AREA = 0.04
"""Least area of a sheet that is searched, as a fraction of the picture."""

RIM_WIDTH = 0.012
"""Width of a sheet's rim, as a fraction of the picture's longer side. It is not searched, because it is blurred."""

SCALES = (1, 2, 4, 8)
"""Factors by which pictures are reduced: in blurred and noisy ones, edges are clear only at a coarse scale."""

ENOUGH_CLARITY = 6.0
"""Clarity (see `BinaryPicture`) from which on no coarser scale is tried."""

LEAST_SIDE = 64
"""Pictures are not reduced below this longer side, in pixels."""


class Strokes(NamedTuple):
    """Ink (H, W), 0 to 255, and the connected pieces that it consists of.

    `labels` (H, W) is the number of each pixel's part; a `Piece` lists the numbers of its parts. One pixel of these
    arrays is `shrink` pixels of the picture wide.
    """

    ink: Ink
    labels: NDArray[np.int32]
    pieces: Sequence[Piece]
    shrink: int = 1

    @property
    def pen(self) -> float:
        """The estimated width of the strokes, in pixels."""
        return pen_width(self.cut_out(join_pieces(self.pieces)))

    def box(self, piece: Piece) -> Box:
        """Return the bounding box of a piece in the picture."""
        return Box(*(side * self.shrink for side in piece.box))

    def cut_out(self, piece: Piece) -> Ink:
        """Return the ink of one piece alone, cropped to its bounding box."""
        top, left, bottom, right = piece.box
        wanted = np.zeros(int(self.labels.max()) + 2, dtype=bool)  # the last one is for label -1
        wanted[list(piece.parts)] = True
        own = wanted[self.labels[top:bottom, left:right]]
        return np.where(own, self.ink[top:bottom, left:right], 0).astype(np.uint8)


class _ReducedPicture(NamedTuple):
    """A picture reduced by the factor `shrink`, as grey levels and in dark and light."""

    grey: Grey
    binary: BinaryPicture
    shrink: int


def detect_strokes(rgb: NDArray[np.uint8]) -> Strokes:
    """Return the strokes in a picture (H, W, 3). Raises `NothingDrawn` if nothing stands out from its paper."""
    strokes = _search(_grey(rgb), None, MOST_NESTED_SHEETS)
    if strokes is None:
        raise NothingDrawn(
            "Nothing stands out from the paper. Take a picture of dark strokes on light paper, or the other way round."
        )
    return strokes


def _grey(rgb: NDArray[np.uint8]) -> Grey:
    return np.asarray(Image.fromarray(rgb).convert("L"), dtype=np.float32)


def _search(grey: Grey, region: Mask | None, depth: int) -> Strokes | None:
    """Search a picture, or one sheet in it, for strokes. If there are none, search the sheets inside it."""
    picture = _at_best_scale(grey, region)
    if picture is None:
        return None
    trees = [(dark_ink, build_region_tree(picture.binary, dark_ink)) for dark_ink in (True, False)]
    papers = [(paper, dark_ink, tree) for dark_ink, tree in trees if (paper := select_paper(tree)) is not None]
    if papers:
        paper, dark_ink, tree = max(papers, key=lambda it: it[0].score)
        regions = (*paper.digits, *paper.small_parts)
        pieces = [Piece(tree.box(it), int(tree.areas[it]), (it,)) for it in regions]
        return Strokes(soft_ink(picture.grey, picture.binary, dark_ink), tree.labels, pieces, picture.shrink)
    sheets = _sheets(trees[0][1], picture.shrink, grey.shape, region) if depth > 1 else []
    return next((found for sheet in sheets if (found := _search(grey, sheet, depth - 1)) is not None), None)


def _at_best_scale(grey: Grey, region: Mask | None) -> _ReducedPicture | None:
    """Binarise a picture, or a region of it, at the finest scale with enough clarity, else at the clearest one."""
    best = None
    for shrink in SCALES:
        reduced = _reduced(grey, shrink)
        if shrink > 1 and (max(reduced.shape) < LEAST_SIDE or (best and best.binary.clarity >= ENOUGH_CLARITY)):
            break
        inside = None if region is None else _reduced(region.astype(np.float32), shrink) == 1
        binary = binarise(reduced, inside)
        if binary is not None and (best is None or binary.clarity > best.binary.clarity):
            best = _ReducedPicture(reduced, binary, shrink)
    return best


def _reduced(array: NDArray[np.float32], shrink: int) -> NDArray[np.float32]:
    return np.asarray(Image.fromarray(array).reduce(shrink)) if shrink > 1 else array


def _sheets(tree: RegionTree, shrink: int, shape: tuple[int, ...], region: Mask | None) -> list[Mask]:
    """Return masks, of the picture's `shape`, of the large regions without their rims; the largest first."""
    regions = [it for children in tree.children.values() for it in children]
    regions = [it for it in regions if tree.areas[it] >= LEAST_SHEET_AREA * tree.labels.size]
    masks = []
    for sheet in sorted(regions, key=lambda it: -tree.areas[it]):
        box = tree.box(sheet)
        mask = np.zeros(tree.labels.shape, dtype=bool)
        mask[box.top : box.bottom, box.left : box.right] = tree.mask(tree.with_descendants(sheet), box)
        inside = _without_rim(mask, max(2, round(RIM_WIDTH * max(mask.shape))))
        enlarged = inside.repeat(shrink, axis=0).repeat(shrink, axis=1)[: shape[0], : shape[1]]
        masks.append(enlarged if region is None else enlarged & region)
    return [mask for mask in masks if mask.any()]


def _without_rim(mask: Mask, width: int) -> Mask:
    """Erode a mask by `width` pixels, but not at the border of the picture."""
    for axis in (0, 1):
        padded = np.pad(mask, [(width, width) if side == axis else (0, 0) for side in (0, 1)], constant_values=True)
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * width + 1, axis=axis)
        mask = np.asarray(windows.all(axis=-1))
    return mask
