"""Selects the paper in a picture: of all regions that may be paper, the one with the most writing on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mnist_core.drawing.photo.region_classification import SIMILAR_CONTRAST, RegionClassifier
from mnist_core.drawing.photo.region_tree import OUTSIDE, RegionTree

LEAST_BORDER_SHARE = 0.2
"""Paper that reaches the border of the picture covers at least this fraction of it."""

LEAST_PAPER_WIDTH = 0.7
"""Least width of paper, taken as a stroke, as a fraction of the strokes on it. The lines around squares are thinner."""

CUT_OFF_FACTOR = 0.2
"""The score of a region is multiplied by this for each border of the picture that cuts it off."""

SIMILAR_WIDTH = 0.35
"""A part of a digit has at least this fraction of the stroke width of the rest."""

LEAST_RELATIVE_CONTRAST = 0.4
"""Ink has at least this fraction of the contrast of the strongest ink on the same paper."""


class Paper(NamedTuple):
    """What is written on one paper: regions that are `digits` or large parts of them, and `small_parts` beside them.

    `score` is the contrast of the digits, summed along their edges.
    """

    digits: list[int]
    small_parts: list[int]
    score: float


def select_paper(tree: RegionTree) -> Paper | None:
    """Return the paper with the highest score in a picture, or None if there are no digits."""
    classifier = RegionClassifier(tree)
    papers = [_paper(classifier, background, ink) for background, ink in _backgrounds(classifier)]
    return max((paper for paper in papers if paper.digits), key=lambda paper: paper.score, default=None)


def _backgrounds(classifier: RegionClassifier) -> Iterator[tuple[list[int], list[int]]]:
    """Yield regions that may be paper, each time with the regions that may be ink on them."""
    tree = classifier.tree
    outermost = tree.children.get(OUTSIDE, [])
    background = [region for region in outermost if not tree.is_ink(region)]
    if tree.border_pixels[background].sum() > LEAST_BORDER_SHARE * tree.border_pixels[outermost].sum():
        ink = [it for region in background for it in tree.children.get(region, [])]
        yield background, ink + [region for region in outermost if tree.is_ink(region)]
    for region, children in tree.children.items():
        is_inside = region != OUTSIDE and not tree.border_pixels[region]
        if is_inside and not tree.is_ink(region) and classifier.is_sheet(region):
            yield [region], children


def _paper(classifier: RegionClassifier, background: list[int], ink: list[int]) -> Paper:
    tree = classifier.tree
    widest = tree.stroke_width(*background) / LEAST_PAPER_WIDTH
    digits = [region for region in ink if classifier.is_digit(region) and tree.stroke_width(region) <= widest]
    faintest = LEAST_RELATIVE_CONTRAST * max((float(tree.contrasts[region]) for region in digits), default=0)
    digits = [region for region in digits if tree.contrasts[region] >= faintest]
    digits = _without_thin_lines(tree, digits)
    score = sum(_score(tree, region) for region in digits)
    complete = [region for region in digits if not tree.border_pixels[region]]
    complete_score = sum(_score(tree, region) for region in complete)
    if complete_score >= score / 2:
        digits, score = complete, complete_score
    others = [region for region in ink if region not in digits and not tree.border_pixels[region]]
    return Paper(digits, [region for region in others if _is_same_ink(tree, region, digits)], score)


def _without_thin_lines(tree: RegionTree, digits: list[int]) -> list[int]:
    """Leave out regions of much thinner lines than the others: frames with gaps, drawings beside the digits."""
    least_score = 0.2 * max((_score(tree, region) for region in digits), default=0)
    widest = max((tree.stroke_width(it) for it in digits if _score(tree, it) >= least_score), default=0)
    return [region for region in digits if tree.stroke_width(region) >= SIMILAR_WIDTH * widest]


def _is_same_ink(tree: RegionTree, region: int, digits: list[int]) -> bool:
    """Whether a small region has a similar contrast and stroke width as the digits beside it."""
    main = max(digits, key=lambda it: _score(tree, it), default=None)
    return (
        main is not None
        and tree.contrasts[region] >= SIMILAR_CONTRAST * tree.contrasts[main]
        and tree.stroke_width(region) >= SIMILAR_WIDTH * tree.stroke_width(main)
    )


def _score(tree: RegionTree, region: int) -> float:
    """Return the contrast of a region, summed along its edges; less if the picture cuts it off."""
    height, width = tree.labels.shape
    top, left, bottom, right = tree.box(region)
    cut_sides = (top == 0) + (left == 0) + (bottom == height) + (right == width)
    return float(tree.edge_lengths[region] * tree.contrasts[region]) * CUT_OFF_FACTOR**cut_sides
