"""Classifies the regions of a picture by their form: digits, and the sheets, cards and frames around digits."""

from __future__ import annotations

import numpy as np

from mnist_core.drawing.photo.region_tree import LEAST_SIDE, OUTSIDE, RegionTree

LARGEST_ASPECT_RATIO = 5
"""Largest width of a digit, or of several that touch, as a multiple of its height."""

LARGEST_STROKE_WIDTH = 0.36
"""Largest stroke width as a fraction of a digit's longest side. A square has 0.64, a rectangle of 1 by 2 has 0.42."""

LEAST_ENCLOSED = 0.12
"""A region that encloses a digit of at least this fraction of its own size is a frame or a sheet, not a digit."""

LARGEST_BORDER_SHARE = 0.5
"""A region with more border pixels than this fraction of its longest side is beside the paper, not a digit."""

RECTANGLE_FILL = 0.88
"""Least rectangularity of a sheet or a card."""

ROUND_FILL = 0.7
"""Least rectangularity of a round card, or of a sheet seen at an angle. A 6, 8 or 9 has less."""

LARGEST_INK_SHARE = 0.35
"""Largest fraction of a card that its writing covers. The holes in a 0 or 8 are often a larger fraction."""

FRAME_LINE_WIDTH = 0.12
"""Largest line width of a printed frame, as a fraction of its longest side."""

SIMILAR_CONTRAST = 0.6
"""A part of a digit, or the hole in one, has at least this fraction of the contrast of the rest."""


class RegionClassifier:
    """Tells which regions of a picture have the form of a digit, and which are sheets with a digit on them."""

    def __init__(self, tree: RegionTree) -> None:
        self.tree = tree
        self._is_digit: dict[int, bool] = {}
        self._encloses_digit: dict[int, bool] = {}
        self._is_sheet: dict[int, bool] = {}
        regions = [region for children in tree.children.values() for region in children]
        for region in sorted(regions, key=tree.size):  # inner regions first: this bounds the depth of the recursion
            self.is_digit(region)

    def is_digit(self, region: int) -> bool:
        """Whether a region has the form of a digit, or of a large part of one."""
        if region not in self._is_digit:
            self._is_digit[region] = self._has_form_of_digit(region) and not self.encloses_digit(region)
        return self._is_digit[region]

    def encloses_digit(self, region: int) -> bool:
        """Whether a digit lies in a hole of the region, as in a frame, or on it, as on a sheet."""
        if region not in self._encloses_digit:
            tree = self.tree
            least = LEAST_ENCLOSED * tree.size(region)
            holes = tree.children.get(region, [])
            inner = (it for hole in holes for it in tree.children.get(hole, []) if tree.size(it) >= least)
            self._encloses_digit[region] = any(map(self.is_digit, inner)) or self.is_sheet(region)
        return self._encloses_digit[region]

    def is_sheet(self, region: int) -> bool:
        """Whether a region is a sheet, a card or the inside of a frame, with a digit on it."""
        if region not in self._is_sheet:
            least = LEAST_ENCLOSED * self.tree.size(region)
            children = self.tree.children.get(region, [])
            digits = [it for it in children if self.tree.size(it) >= least and self.is_digit(it)]
            self._is_sheet[region] = bool(digits) and (self._is_framed(region) or self._is_card(region, digits))
        return self._is_sheet[region]

    def _is_framed(self, region: int) -> bool:
        """Whether a thin ring of any form surrounds the region."""
        parent = int(self.tree.parents[region])
        if parent == OUTSIDE or self.tree.border_pixels[parent]:
            return False
        return self.tree.stroke_width(parent) <= FRAME_LINE_WIDTH * self.tree.size(parent)

    def _is_card(self, region: int, digits: list[int]) -> bool:
        """Whether a region has the form of a card. On a round one, there must be more than what could be a hole."""
        tree = self.tree
        written = int(tree.areas[tree.children.get(region, [])].sum())
        if written > LARGEST_INK_SHARE * (tree.areas[region] + written):
            return False
        fill = rectangularity(tree, region)
        return fill >= RECTANGLE_FILL or (fill >= ROUND_FILL and any(map(self._is_not_a_hole, digits)))

    def _is_not_a_hole(self, region: int) -> bool:
        """Whether a region cannot be the hole in a 0, 6, 8 or 9: it has holes itself, or is thin and bent."""
        tree, side = self.tree, self.tree.size(region)
        is_bent_line = tree.stroke_width(region) <= 0.2 * side and rectangularity(tree, region) < 0.5
        return is_bent_line or any(
            tree.size(it) >= 0.2 * side and tree.contrasts[it] >= SIMILAR_CONTRAST * tree.contrasts[region]
            for it in tree.children.get(region, [])
        )

    def _has_form_of_digit(self, region: int) -> bool:
        tree, side, box = self.tree, self.tree.size(region), self.tree.box(region)
        return (
            tree.contrasts[region] >= tree.least_contrast
            and box.width <= LARGEST_ASPECT_RATIO * box.height
            and side >= max(4, LEAST_SIDE * max(tree.labels.shape))
            and tree.border_pixels[region] <= LARGEST_BORDER_SHARE * side
            and tree.stroke_width(region) <= LARGEST_STROKE_WIDTH * side
        )


def rectangularity(tree: RegionTree, region: int) -> float:
    """Return the fraction, 0 to 1, of its smallest enclosing rectangle that a region fills with all that is inside it.

    The rectangle may have any angle; multiples of 5° are tried.
    """
    mask = tree.mask(tree.with_descendants(region), tree.box(region))
    rows = np.arange(mask.shape[0])
    left, right = mask.argmax(axis=1), mask.shape[1] - mask[:, ::-1].argmax(axis=1)
    across = np.concatenate([left, right, left, right])
    down = np.concatenate([rows, rows, rows + 1, rows + 1])
    angles = np.deg2rad(np.arange(0, 90, 5))[:, None]
    first = across * np.cos(angles) + down * np.sin(angles)
    second = down * np.cos(angles) - across * np.sin(angles)
    return float(np.count_nonzero(mask) / (np.ptp(first, axis=1) * np.ptp(second, axis=1)).min())
