"""What is paper and what is ink in a picture that is parted in dark and light.

Each dark and each light region lies within one other region of the other colour, or at the border: a tree (P. Monasse,
F. Guichard, "Fast Computation of a Contrast-Invariant Image Representation", 2000). A sheet of paper on a table, a
black card, a printed frame are regions in which there is a digit; a digit is one in which there is none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.box import Box
from mnist_core.drawing.photo.components import Integers, components
from mnist_core.drawing.photo.edges import Mask, Parted
from mnist_core.drawing.photo.ruling import without_lines

OUTSIDE = -1

WIDEST = 5
"""Nothing that is this many times wider than high is a digit, nor several that touch."""

OF_AN_EDGE = 0.6
"""The edge of a region has this part, on average, of the contrast that a pixel of an edge has."""

LEAST_SIDE = 0.02
"""Nothing smaller than this part of the picture's side is a digit."""

THICKEST = 0.36
"""A stroke is at most this part of its digit's longest side wide; a square has 0.64, a rectangle of 1 by 2 has 0.42."""

ENCLOSED = 0.12
"""What encloses a digit of at least this part of its size is a frame or a sheet, and no digit itself."""

ALONG_THE_BORDER = 0.5
"""What lies at the picture's border with this part of its longest side is no digit, but what is beside the paper."""

RECTANGULAR = 0.88
"""A sheet or a card fills this part of the smallest rectangle around it."""

ROUND = 0.7
"""The same for a round or oval one, and the least for a sheet seen at an angle; no 6, 8 or 9 fills as much."""

MOST_WRITTEN = 0.35
"""What is written covers at most this part of its card; the holes of an 0 or 8 often are more of it."""

THIN = 0.12
"""The line of a printed frame is at most this part of its longest side wide."""

LEAST_BORDER = 0.2
"""Paper that reaches the border of the picture is at least this part of it."""

NET = 0.7
"""Paper is at least this part of the strokes on it wide, taken for a stroke; a net of lines around squares is not."""

CUT_OFF = 0.2
"""What reaches the border of the picture counts as this part of what does not, for each border."""

ALIKE, AS_WIDE = 0.6, 0.35
"""A small piece of a digit has this part of the contrast of the rest, and of the width of its strokes."""

FAINT = 0.4
"""Ink with less than this part of the contrast of the strongest on the same paper is not ink."""


@dataclass(frozen=True, eq=False)
class Regions:
    """All dark and light regions of a picture, numbered together, those of the colour of ink first.

    `nodes` (H, W) has each pixel's region; `parents` are the regions around them, `OUTSIDE` at the border of the
    picture; `boxes`, `areas` in pixels, `cracks`: the sides of pixels in which they border on others; `contrasts`:
    the mean contrast there, and `least_contrast` what there is at least at an edge; `at_border`: how many of their
    pixels are at the border of the picture.
    """

    nodes: NDArray[np.int32]
    inks: int
    parents: Integers
    boxes: Integers
    areas: Integers
    cracks: Integers
    contrasts: NDArray[np.floating]
    at_border: Integers
    least_contrast: float
    children: dict[int, list[int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.areas)

    def is_ink(self, node: int) -> bool:
        """Whether a region has the colour of ink; the others have that of paper."""
        return node < self.inks

    def box(self, node: int) -> Box:
        """Return the box of a region."""
        return Box(*(int(value) for value in self.boxes[node]))

    def size(self, node: int) -> int:
        """Return the longest side of a region, in pixels."""
        return self.box(node).longest_side

    def stroke(self, *nodes: int) -> float:
        """Return the width in pixels that regions have as strokes, see `drawing.pen_width`."""
        indices = list(nodes)
        return float(2 * self.areas[indices].sum() / max(1.0, self.cracks[indices].sum() * math.pi / 4))

    def mask_of(self, indices: list[int], box: Box) -> Mask:
        """Return where in a box these regions are."""
        wanted = np.zeros(len(self), dtype=bool)
        wanted[indices] = True
        return wanted[self.nodes[box.top : box.bottom, box.left : box.right]]

    def family(self, node: int) -> list[int]:
        """Return a region and all that lie in it."""
        members, i = [node], 0
        while i < len(members):
            members += self.children.get(members[i], [])
            i += 1
        return members


def regions_of(parted: Parted, dark_ink: bool) -> Regions:
    """Find the regions of a parted picture, and what lies in what. Those without clear edges count as their parents.

    Ink is connected over diagonals, paper is not.
    """
    mask = without_lines(parted.dark if dark_ink else ~parted.dark)
    ink, paper = components(mask), components(~mask, diagonal=False)
    count = len(ink) + len(paper)
    nodes = np.where(mask, ink.labels, paper.labels + len(ink))
    firsts = np.concatenate([ink.firsts, paper.firsts])
    boxes = np.concatenate([ink.boxes, paper.boxes])
    cracks, contrasts = _edges_of(nodes, parted.contrast, count)
    at_border = sum(np.bincount(line, minlength=count) for line in (nodes[0], nodes[-1], nodes[:, 0], nodes[:, -1]))
    above = nodes[np.maximum(firsts[:, 0] - 1, 0), firsts[:, 1]]
    parents = np.where(at_border > 0, OUTSIDE, above)
    areas = np.concatenate([ink.areas, paper.areas])
    sides = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    least = max(2, 0.5 * LEAST_SIDE * max(nodes.shape))
    counted = (at_border > 0) | ((sides >= least) & (contrasts >= OF_AN_EDGE * parted.edge))
    regions = Regions(
        nodes, len(ink), parents, boxes, areas, cracks, contrasts, np.asarray(at_border), OF_AN_EDGE * parted.edge
    )
    for node in np.flatnonzero(counted):
        regions.children.setdefault(_counted_parent(int(parents[node]), parents, counted), []).append(int(node))
    return regions


def _counted_parent(parent: int, parents: Integers, counted: Mask) -> int:
    while parent != OUTSIDE and not counted[parent]:
        parent = int(parents[parent])
    return parent


def _edges_of(nodes: NDArray[np.int32], contrast: NDArray[np.float32], count: int) -> tuple[Integers, NDArray]:
    """Return how many sides of pixels each region shares with others, and the mean contrast there."""
    ends, values = [], []
    for one, other, left, right in (
        (nodes[:, :-1], nodes[:, 1:], contrast[:, :-1], contrast[:, 1:]),
        (nodes[:-1], nodes[1:], contrast[:-1], contrast[1:]),
    ):
        crack = one != other
        strength = np.maximum(left[crack], right[crack])
        ends += [one[crack], other[crack]]
        values += [strength, strength]
    cracks = np.bincount(np.concatenate(ends), minlength=count)
    totals = np.bincount(np.concatenate(ends), np.concatenate(values), minlength=count)
    return cracks, totals / np.maximum(cracks, 1)


class Paper(NamedTuple):
    """A region that is paper: which regions on it are digits or most of one, and which are smaller ink beside them.

    `weight` is the contrast of the former, summed over their edges.
    """

    figures: list[int]
    others: list[int]
    weight: float


class Judgement:
    """Which regions of a picture have the form of a digit, and which are sheets on which there is one."""

    def __init__(self, regions: Regions) -> None:
        self.regions = regions
        self._figures: dict[int, bool] = {}
        self._encloses: dict[int, bool] = {}
        self._sheets: dict[int, bool] = {}
        known = [node for nodes in regions.children.values() for node in nodes]
        for node in sorted(known, key=regions.size):  # what lies inside comes first, so that nothing is asked twice
            self.is_figure(node)

    def is_figure(self, node: int) -> bool:
        """Whether a region has the form of a digit, or of a large part of one."""
        if node not in self._figures:
            self._figures[node] = self._has_form(node) and not self.encloses_figure(node)
        return self._figures[node]

    def encloses_figure(self, node: int) -> bool:
        """Whether a digit lies in a hole of a region, as in a frame, or on it, as on a sheet."""
        if node not in self._encloses:
            regions = self.regions
            holes = regions.children.get(node, [])
            least = ENCLOSED * regions.size(node)
            inner = (it for hole in holes for it in regions.children.get(hole, []) if regions.size(it) >= least)
            self._encloses[node] = any(map(self.is_figure, inner)) or self.is_sheet(node)
        return self._encloses[node]

    def is_sheet(self, node: int) -> bool:
        """Whether a region is a sheet, a card or the inside of a frame, with a digit on it."""
        if node not in self._sheets:
            least = ENCLOSED * self.regions.size(node)
            children = self.regions.children.get(node, [])
            figures = [it for it in children if self.regions.size(it) >= least and self.is_figure(it)]
            self._sheets[node] = bool(figures) and (self._is_framed(node) or self._is_card(node, figures))
        return self._sheets[node]

    def _is_framed(self, node: int) -> bool:
        """Whether a region lies in a thin ring of whatever form."""
        parent = int(self.regions.parents[node])
        if parent == OUTSIDE or self.regions.at_border[parent]:
            return False
        return self.regions.stroke(parent) <= THIN * self.regions.size(parent)

    def _is_card(self, node: int, figures: list[int]) -> bool:
        """Whether a region has the form of a card; if it is round, what is on it is not just a hole."""
        regions = self.regions
        written = int(regions.areas[regions.children.get(node, [])].sum())
        if written > MOST_WRITTEN * (regions.areas[node] + written):
            return False
        form = rectangularity(regions, node)
        return form >= RECTANGULAR or (form >= ROUND and any(map(self._is_no_hole, figures)))

    def _is_no_hole(self, node: int) -> bool:
        """Whether a region is not just the hole of an 0, 6, 8 or 9: it has holes itself, or is thin and bent."""
        regions = self.regions
        thin = regions.stroke(node) <= 0.2 * regions.size(node) and rectangularity(regions, node) < 0.5
        return thin or any(
            regions.size(it) >= 0.2 * regions.size(node) and regions.contrasts[it] >= ALIKE * regions.contrasts[node]
            for it in regions.children.get(node, [])
        )

    def _has_form(self, node: int) -> bool:
        regions, side = self.regions, self.regions.size(node)
        box = regions.box(node)
        return (
            regions.contrasts[node] >= regions.least_contrast
            and box.right - box.left <= WIDEST * (box.bottom - box.top)
            and side >= max(4, LEAST_SIDE * max(regions.nodes.shape))
            and regions.at_border[node] <= ALONG_THE_BORDER * side
            and regions.stroke(node) <= THICKEST * side
        )


def written_on(regions: Regions) -> Paper | None:
    """Return of all papers in a picture that with the most ink of digits; None if there are no digits."""
    judgement = Judgement(regions)
    papers = [_paper(judgement, ground, inks) for ground, inks in _grounds(judgement)]
    return max((it for it in papers if it.figures), key=lambda it: it.weight, default=None)


def _paper(judgement: Judgement, ground: list[int], inks: list[int]) -> Paper:
    regions = judgement.regions
    widest = regions.stroke(*ground) / NET
    figures = [node for node in inks if judgement.is_figure(node) and regions.stroke(node) <= widest]
    faint = FAINT * max((float(regions.contrasts[node]) for node in figures), default=0)
    figures = [node for node in figures if regions.contrasts[node] >= faint]
    figures = _with_the_widest_pen(regions, figures)
    whole = [node for node in figures if not regions.at_border[node]]
    weight = sum(_weight(regions, node) for node in figures)
    if (of_whole := sum(_weight(regions, node) for node in whole)) >= weight / 2:
        figures, weight = whole, of_whole
    others = [it for it in inks if it not in figures and not regions.at_border[it]]
    return Paper(figures, [it for it in others if _is_of_one_pen(regions, it, figures)], weight)


def _with_the_widest_pen(regions: Regions, figures: list[int]) -> list[int]:
    """Return the figures without those of much thinner lines: frames that have gaps, drawings beside them."""
    least = 0.2 * max((_weight(regions, node) for node in figures), default=0)
    widest = max((regions.stroke(node) for node in figures if _weight(regions, node) >= least), default=0)
    return [node for node in figures if regions.stroke(node) >= AS_WIDE * widest]


def _is_of_one_pen(regions: Regions, node: int, figures: list[int]) -> bool:
    """Whether a small region has about the contrast and the width of what is written beside it."""
    main = max(figures, key=lambda it: _weight(regions, it), default=None)
    return (
        main is not None
        and regions.contrasts[node] >= ALIKE * regions.contrasts[main]
        and regions.stroke(node) >= AS_WIDE * regions.stroke(main)
    )


def _weight(regions: Regions, node: int) -> float:
    """Return the contrast of a region, summed over its edges; less where the picture cuts it off."""
    height, width = regions.nodes.shape
    top, left, bottom, right = regions.box(node)
    cuts = (top == 0) + (left == 0) + (bottom == height) + (right == width)
    return float(regions.cracks[node] * regions.contrasts[node]) * CUT_OFF**cuts


def _grounds(judgement: Judgement) -> Iterator[tuple[list[int], list[int]]]:
    """Yield regions that may be paper, and what may be ink on them."""
    regions = judgement.regions
    roots = regions.children.get(OUTSIDE, [])
    ground = [node for node in roots if not regions.is_ink(node)]
    if regions.at_border[ground].sum() > LEAST_BORDER * regions.at_border[roots].sum():
        inks = [it for node in ground for it in regions.children.get(node, [])]
        yield ground, inks + [node for node in roots if regions.is_ink(node)]
    for node, children in regions.children.items():
        if node != OUTSIDE and not regions.is_ink(node) and not regions.at_border[node] and judgement.is_sheet(node):
            yield [node], children


def rectangularity(regions: Regions, node: int) -> float:
    """Return which part of the smallest rectangle around it, however turned, a region and what is in it fill."""
    box = regions.box(node)
    mask = regions.mask_of(regions.family(node), box)
    rows = np.arange(mask.shape[0])
    left, right = mask.argmax(axis=1), mask.shape[1] - mask[:, ::-1].argmax(axis=1)
    across = np.concatenate([left, right, left, right])
    down = np.concatenate([rows, rows, rows + 1, rows + 1])
    angles = np.deg2rad(np.arange(0, 90, 5))[:, None]
    first = across * np.cos(angles) + down * np.sin(angles)
    second = down * np.cos(angles) - across * np.sin(angles)
    return float(np.count_nonzero(mask) / (np.ptp(first, axis=1) * np.ptp(second, axis=1)).min())
