"""Drawings whose 28×28 can be worked out with pencil and paper, step by step as the design has it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.drawing import DrawingError, NothingDrawn, has_ink_of_a_digit, pen_width, to_mnist

Pixels = NDArray[np.uint8]


def paper(side: int = 500) -> Pixels:
    return np.zeros((side, side), np.uint8)


def square(side: int, pen: int) -> Pixels:
    """The outline of a square, drawn from its outer edge inwards."""
    drawing = paper()
    drawing[50 : 50 + side, 50 : 50 + side] = 255
    drawing[50 + pen : 50 + side - pen, 50 + pen : 50 + side - pen] = 0
    return drawing


def bar(height: int, width: int) -> Pixels:
    drawing = paper()
    drawing[50 : 50 + height, 50 : 50 + width] = 255
    return drawing


def test_a_square_of_the_right_width_is_only_made_smaller() -> None:
    """A side of 400 less a pen of 44 is a core of 356, and 17.8 / 356 = 1 / 20: the pen becomes 2.2, and is left so.

    On the grid of quarters, the side takes 80 pixels, and the pen 8.8, that is, 9: two whole pixels of 28×28 and a
    quarter of a third. The middle of its 20 pixels, at 9.5, comes to 14 as near as whole pixels allow, from 4 on.
    """
    digit = to_mnist(square(400, 44), 44)
    side = np.array([1, 1, 0.25] + [0] * 14 + [0.25, 1, 1])
    expected = np.maximum.outer(side, side)
    for row in (2, 17):
        for column in (2, 17):
            expected[row, column] = 7 / 16  # of 4 by 4 quarters, a row and a column
    assert digit[4:24, 4:24] == pytest.approx(expected)
    assert digit.sum() == pytest.approx(expected.sum())


def test_edges_fainter_than_an_eighth_are_no_part_of_the_digit() -> None:
    """Pens one and two pixels narrower are widened at each edge by a tenth and by two tenths of a quarter pixel."""
    fainter, fainter_still = to_mnist(square(398, 44), 42), to_mnist(square(399, 44), 43)
    assert fainter_still[14, 4:24] == pytest.approx([1, 1, 0.275] + [0] * 14 + [0.275, 1, 1])
    assert fainter[14].nonzero()[0].size == 6
    assert fainter[14][fainter[14] > 0][0] == pytest.approx((0.2 + 1 + 1 + 1) / 4), "the edge is within the 20 pixels"


@pytest.mark.parametrize("pen", [20, 40, 80])
def test_a_dot_becomes_five_pixels_wide_is_thinned_like_a_stroke_and_enlarged_by_a_third(pen: int) -> None:
    """5 pixels are 20 quarters, thinned by 4 * (5 - 2.2) / 2 = 5.6 at each edge: 8 whole ones with a rim of 0.4.

    These 10 quarters times 1.35 are 3.4 pixels, that is, 3, each of which is the mean of 3 by 3 quarters.
    """
    digit = to_mnist(bar(pen, pen), pen)
    assert digit[13:16, 13:16] == pytest.approx(np.array([[6, 7.2, 6], [7.2, 9, 7.2], [6, 7.2, 6]]) / 9)
    assert digit.sum() == pytest.approx((4 * 6 + 4 * 7.2 + 9) / 9)


def test_a_short_thick_stroke_is_not_enlarged_to_the_whole_frame() -> None:
    """5 pixels wide and 10 long, that is, 20 by 40 quarters; thinned as the dot is, 10 by 30, of which 3.4 by 10.1."""
    digit = to_mnist(bar(40, 80), 40)
    rows, columns = digit.any(axis=1).sum(), digit.any(axis=0).sum()
    assert (rows, columns) == (3, 10)


@pytest.mark.parametrize("known", [True, False], ids=["the pen is known", "the pen is estimated"])
@pytest.mark.parametrize("pen", [3, 8, 18, 28, 40])
def test_strokes_of_every_pen_become_as_wide_as_mnists(pen: int, known: bool) -> None:
    """2.2 pixels, and as whole quarters allow; resized alone, these would be from 0.2 to 2.7 wide."""
    upright, flat = (to_mnist(it, pen if known else None) for it in (bar(300, pen), bar(pen, 300)))
    for digit in (upright, flat.T):
        along = digit.sum(axis=1)
        assert np.count_nonzero(along) == 20
        assert along[6:22] == pytest.approx(np.full(16, 2.35), abs=0.5)


@pytest.mark.parametrize(
    ("ink", "ground", "seen"),
    [(128, 0, True), (127, 0, False), (127, 255, True), (128, 255, False), (228, 200, True), (227, 200, False)],
)
def test_ink_differs_from_the_paper_by_half_of_what_it_can(ink: int, ground: int, seen: bool) -> None:
    drawing = np.full((100, 100), ground, np.uint8)
    drawing[30:70, 40:50] = ink
    opaque = np.dstack([drawing, drawing, drawing, np.full_like(drawing, 255)])
    if seen:
        assert to_mnist(drawing).sum() > 10
        assert (to_mnist(opaque) == to_mnist(drawing)).all()
    else:
        with pytest.raises(NothingDrawn):
            to_mnist(drawing)


@pytest.mark.parametrize(
    ("ink", "enough"), [(27.9, False), (28.1, True), (100, True), (179.9, True), (180.1, False), (0, False)]
)
def test_a_digit_has_between_28_and_180_pixels_of_ink(ink: float, enough: bool) -> None:
    assert has_ink_of_a_digit(np.full((28, 28), ink / 784, np.float32)) is enough


def test_the_width_of_a_bar_is_twice_its_area_by_its_perimeter() -> None:
    """A gradient by central differences cuts off each corner, a pixel along both sides, by a diagonal of √2 / 2."""
    perimeter = 2 * (10 + 100) - 4 * (1 - np.sqrt(2) / 2)
    assert pen_width(bar(10, 100)) == pytest.approx(2 * 1000 / perimeter)


@pytest.mark.parametrize("half", [4, 7, 12])
def test_a_diagonal_is_as_wide_as_it_is_across(half: int) -> None:
    """Not as wide as a row of it is, which is √2 times as long; and its ends count as they do in a bar."""
    down, across = np.mgrid[:400, :400]
    band = (abs(across - down) <= half) & (across + down > 100) & (across + down < 700)
    length, width = 600 / np.sqrt(2), (2 * half + 1) / np.sqrt(2)
    assert pen_width((255 * band).astype(np.uint8)) == pytest.approx(length * width / (length + width), rel=0.02)


@pytest.mark.parametrize(("width", "words"), [(10_000, "nothing to read yet"), (10_001, "more than 50 million pixels")])
def test_a_picture_has_50_million_pixels_at_most(width: int, words: str) -> None:
    with pytest.raises(DrawingError, match=words):
        to_mnist(np.broadcast_to(np.uint8(0), (5000, width)))


@pytest.mark.parametrize("side", [1, 3])
def test_a_pen_is_a_pixel_wide_at_least(side: int) -> None:
    assert pen_width(bar(side, side)) >= 1
    assert pen_width(paper()) == 1
