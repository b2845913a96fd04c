"""A drawn digit reaches the network as MNIST's own digits do, whatever its place, size, pen and colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mnist_core.data import load_dataset
from mnist_core.drawing import DrawingError, NothingDrawn, pen_width, to_mnist
from mnist_core.network import Network

CANVAS = 280
Pixels = NDArray[np.uint8]

SEVEN = [(90.0, 80.0), (190.0, 80.0), (130.0, 210.0)]


def draw(points: list[tuple[float, float]], pen: float = 18, shift: tuple[float, float] = (0, 0)) -> Pixels:
    """Draw a line as the canvas does, with a round pen and soft edges: (280, 280) uint8, 255 on 0."""
    fine = 4
    canvas = Image.new("L", (CANVAS * fine, CANVAS * fine))
    pencil = ImageDraw.Draw(canvas)
    moved = [((x + shift[0]) * fine, (y + shift[1]) * fine) for x, y in points]
    pencil.line(moved, fill=255, width=round(pen * fine))
    for x, y in moved:
        radius = pen * fine / 2
        pencil.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(canvas.reduce(fine))


def on_canvas(image: Pixels, rng: np.random.Generator) -> Pixels:
    """Enlarge an MNIST image to a size between 140 and 280 px and put it anywhere on a canvas of 280 px."""
    size = int(rng.integers(140, CANVAS + 1))
    top, left = rng.integers(0, CANVAS - size + 1, 2)
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    enlarged = Image.fromarray(image).resize((size, size), Image.Resampling.BILINEAR)
    canvas[top : top + size, left : left + size] = np.asarray(enlarged)
    return canvas


def rgba(grey: Pixels) -> Pixels:
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)])


def on_transparent(ink: Pixels, colour: int) -> Pixels:
    """Strokes of one grey on a transparent canvas; where there is no ink, a browser's canvas is black and clear."""
    shade = np.where(ink > 0, colour, 0).astype(np.uint8)
    return np.dstack([shade, shade, shade, ink])


def difference(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Return how much ink differs, as a fraction of the ink that there is."""
    return float(np.abs(first - second).sum() / first.sum())


@pytest.mark.slow
def test_starter_network_reads_mnist_digits_moved_about_a_canvas() -> None:
    dataset = load_dataset()
    images, labels = dataset.test_images[:1000], dataset.test_labels[:1000]
    network, rng = Network.load("starter"), np.random.default_rng(0)
    drawn = np.stack([to_mnist(on_canvas(image, rng)) for image in images])
    accuracy = (network.predict(images).argmax(axis=1) == labels).mean()
    accuracy_drawn = (network.predict(drawn).argmax(axis=1) == labels).mean()
    assert accuracy > 0.96
    assert accuracy_drawn > accuracy - 0.04


def test_result_has_mnists_frame() -> None:
    digit = to_mnist(draw(SEVEN))
    assert digit.shape == (28, 28)
    assert digit.dtype == np.float32
    assert digit.min() == 0
    assert 0.9 < digit.max() <= 1
    rows, columns = np.flatnonzero(digit.max(axis=1) > 0.1), np.flatnonzero(digit.max(axis=0) > 0.1)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20


def test_centre_of_mass_is_in_the_middle() -> None:
    digit = to_mnist(draw([(60, 40), (60, 240), (220, 240)]))
    places = np.arange(28)
    assert digit.sum(axis=1) @ places / digit.sum() == pytest.approx(14, abs=0.51)
    assert digit.sum(axis=0) @ places / digit.sum() == pytest.approx(14, abs=0.51)


@pytest.mark.parametrize("shift", [(-70, -60), (60, 0), (0, 55)])
def test_place_on_the_canvas_does_not_matter(shift: tuple[float, float]) -> None:
    assert difference(to_mnist(draw(SEVEN)), to_mnist(draw(SEVEN, shift=shift))) < 0.01


@pytest.mark.parametrize("factor", [0.5, 1.3])
def test_size_does_not_matter(factor: float) -> None:
    resized = [(140 + (x - 140) * factor, 140 + (y - 140) * factor) for x, y in SEVEN]
    assert difference(to_mnist(draw(SEVEN), 18), to_mnist(draw(resized), 18)) < 0.15


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("pen", [8, 12, 28])
def test_width_of_the_pen_does_not_matter(pen: int, known: bool) -> None:
    reference = to_mnist(draw(SEVEN), 18)
    assert difference(reference, to_mnist(draw(SEVEN, pen), pen if known else None)) < 0.25


@pytest.mark.parametrize("pen", [6, 18, 30])
def test_width_of_the_pen_is_estimated(pen: int) -> None:
    assert pen_width(draw(SEVEN, pen)) == pytest.approx(pen, rel=0.12)  # too small for short, wide strokes


@pytest.mark.parametrize(
    "recolour",
    [
        lambda ink: 255 - ink,
        rgba,
        lambda ink: rgba(255 - ink),
        lambda ink: on_transparent(ink, 0),
        lambda ink: on_transparent(ink, 255),
    ],
    ids=["dark on light", "RGBA", "RGBA dark on light", "black on transparent", "white on transparent"],
)
def test_colours_do_not_matter(recolour: Callable[[Pixels], Pixels]) -> None:
    ink = draw(SEVEN)
    assert difference(to_mnist(ink, 18), to_mnist(recolour(ink), 18)) < 0.01


def test_grey_paper_does_not_matter() -> None:
    ink = draw(SEVEN)
    on_grey = np.rint(200 - ink / 255 * 180).astype(np.uint8)
    assert difference(to_mnist(ink, 18), to_mnist(on_grey, 18)) < 0.05


def test_picture_with_transparent_corners_keeps_its_own_paper() -> None:
    ink = draw(SEVEN)
    picture = rgba(255 - ink)
    picture[:40, :40] = 0
    assert difference(to_mnist(ink, 18), to_mnist(picture, 18)) < 0.01


@pytest.mark.parametrize("pen", [4, 18, 40])
def test_a_dot_stays_small(pen: int) -> None:
    digit = to_mnist(draw([(30, 250), (30, 250)], pen), pen)
    assert 0 < digit.sum() < 20
    assert digit[10:18, 10:18].sum() == pytest.approx(digit.sum())


def test_a_single_pixel_is_an_answer() -> None:
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    canvas[0, 279] = 255
    assert 0 < to_mnist(canvas).sum() < 20


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_canvas_says_so(value: int) -> None:
    with pytest.raises(NothingDrawn, match="Draw a digit"):
        to_mnist(np.full((CANVAS, CANVAS), value, np.uint8))


def test_a_clear_canvas_says_so() -> None:
    with pytest.raises(NothingDrawn):
        to_mnist(np.zeros((CANVAS, CANVAS, 4), np.uint8))


def test_faint_smudges_are_no_ink() -> None:
    with pytest.raises(NothingDrawn):
        to_mnist(draw(SEVEN) // 4)


@pytest.mark.parametrize(
    "shape", [(1, 400), (400, 1), (2, 2), (28, 28), (CANVAS, CANVAS), (50, 3000)], ids=lambda shape: f"{shape}"
)
def test_noise_of_any_shape_is_an_answer(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    digit = to_mnist(noise)
    assert digit.shape == (28, 28)
    assert np.isfinite(digit).all()
    assert digit.sum() > 0


def test_a_hairline_on_a_huge_picture_is_seen() -> None:
    picture = np.zeros((4000, 3000), np.uint8)
    picture[200:3800, 1500:1503] = 255
    digit = to_mnist(picture)
    assert (digit.max(axis=1) > 0.5).sum() >= 19
    assert 30 < digit.sum() < 70


def test_ink_thinner_than_the_pen_is_not_wiped_out() -> None:
    assert to_mnist(draw(SEVEN, pen=3), pen=60).sum() > 5


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((28, 28)),
        np.zeros((28, 28), bool),
        np.zeros(784, np.uint8),
        np.zeros((28, 28, 3), np.uint8),
        np.zeros((0, 28), np.uint8),
        np.broadcast_to(np.uint8(1), (100_000, 100_000)),
        [[0, 255]],
        None,
    ],
    ids=["float", "bool", "flat", "RGB", "no pixels", "too large", "list", "None"],
)
def test_what_is_no_picture_gets_a_sentence(pixels: Any) -> None:
    with pytest.raises(DrawingError, match=r"^[A-Z].*\.$"):
        to_mnist(pixels)


@pytest.mark.parametrize("pen", [0, -3, float("nan"), float("inf"), "18"])
def test_an_impossible_pen_gets_a_sentence(pen: Any) -> None:
    with pytest.raises(DrawingError, match="pen"):
        to_mnist(draw(SEVEN), pen)


def test_the_drawing_is_left_as_it_was() -> None:
    ink = draw(SEVEN)
    before = ink.copy()
    to_mnist(ink)
    np.testing.assert_array_equal(ink, before)
