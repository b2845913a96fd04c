"""Photos of digits are read whatever their paper and light; what is no such picture gets a sentence."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from mnist_core.data import load_dataset
from mnist_core.drawing import DrawingError, NothingDrawn
from mnist_core.drawing.photo import find_digits, read_picture
from mnist_core.network import Network
from tests.support.dataset_files import jpeg_of, png_of

ORIENTATION = 0x0112  # the EXIF tag


def photo(digit: NDArray[np.uint8], light_paper: bool, seed: int) -> Image.Image:
    """A digit (28, 28) somewhere on paper that a lamp lights from one side, as a camera with noise sees it."""
    random = np.random.default_rng(seed)
    height, width, side = 450, 600, 260
    ink = np.zeros((height, width))
    top, left = random.integers(0, height - side), random.integers(0, width - side)
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    ink[top : top + side, left : left + side] = np.asarray(large) / 255
    down, across = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    angle = random.uniform(0, 2 * np.pi)
    paper = 190 - 65 * (np.cos(angle) * across + np.sin(angle) * down) - 20 * (across - 0.5) ** 2
    light = paper - 110 * ink if light_paper else 255 - paper + 110 * ink
    return Image.fromarray(np.clip(light + random.normal(0, 6, ink.shape), 0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def only_digit(file: bytes) -> NDArray[np.float32]:
    """The one digit that is found in a picture, as networks take it."""
    (digit,) = read_picture(file).digits
    return digit.image


@pytest.mark.slow
@pytest.mark.parametrize("light_paper", [True, False], ids=["dark on light", "light on dark"])
def test_digits_on_unevenly_lit_paper_are_read(light_paper: bool) -> None:
    data, starter = load_dataset(), Network.load("starter")
    images = [only_digit(encoded(photo(data.test_images[index], light_paper, seed=index))) for index in range(24)]
    right = starter.predict(np.stack(images)).argmax(axis=1) == data.test_labels[:24]
    assert right.mean() >= 0.95


def test_a_photo_is_turned_upright() -> None:
    upright = photo(load_dataset().test_images[0], light_paper=True, seed=0)
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was held sideways
    turned = encoded(upright.transpose(Image.Transpose.ROTATE_90), exif=exif.tobytes())
    assert read_picture(turned).shown.shape == (450, 600, 3)
    assert Network.load("starter").predict(only_digit(turned)[None]).argmax() == 7


def test_a_photo_is_turned_by_hand() -> None:
    sideways = photo(load_dataset().test_images[0], light_paper=True, seed=0).transpose(Image.Transpose.ROTATE_90)
    picture = read_picture(encoded(sideways), turns=1)
    assert picture.shown.shape == (450, 600, 3)
    assert Network.load("starter").predict(picture.digits[0].image[None]).argmax() == 7


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_common_format_is_read(kind: str) -> None:
    file = encoded(photo(load_dataset().test_images[0], light_paper=True, seed=0), kind)
    assert Network.load("starter").predict(only_digit(file)[None]).argmax() == 7


def test_strokes_on_nothing_are_read() -> None:
    """A PNG from a drawing program: black where it is opaque, and no paper."""
    digit = Image.fromarray(load_dataset().test_images[0]).resize((280, 280))
    picture = Image.merge("RGBA", [Image.new("L", digit.size)] * 3 + [digit])
    assert Network.load("starter").predict(only_digit(encoded(picture, "PNG"))[None]).argmax() == 7


def test_blank_paper_has_no_digit() -> None:
    with pytest.raises(NothingDrawn, match="stands out"):
        read_picture(encoded(photo(np.zeros((28, 28), dtype=np.uint8), light_paper=True, seed=0)))


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 something", "This file is a PDF, which cannot be read here"),
        (encoded(Image.new("L", (300, 300), 200))[:200], "damaged"),
        (bytes(25_000_000), "not a picture"),
        (bytes(25_000_001), "25.0 MB; at most 25 MB"),
        (png_of(5000, 4000), "damaged"),
        (png_of(5000, 4001), "5,000 × 4,001 pixels; at most 20 million"),
        (png_of(60_000, 60_000), "at most 20 million"),
        (jpeg_of(8000, 8000), "stands out"),  # opened at an eighth of its size, and all grey
        (jpeg_of(8000, 8001), "8,000 × 8,001 pixels; at most 64 million"),
        (encoded(Image.new("L", (1, 1)), "PNG"), "stands out"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_cannot_be_read_gets_a_sentence(file: bytes, words: str) -> None:
    with pytest.raises(DrawingError, match=words):
        read_picture(file)


GLYPHS = {
    "2": [[(20, 25), (35, 8), (60, 6), (75, 22), (70, 42), (20, 94), (82, 94)]],
    "5": [[(78, 6), (28, 6), (25, 45), (55, 40), (78, 58), (75, 82), (50, 95), (20, 88)]],
    "5 with its top apart": [
        [(40, 5), (80, 4)],
        [(28, 12), (25, 45), (55, 40), (78, 58), (75, 82), (50, 95), (20, 88)],
    ],
    "7": [[(15, 8), (85, 8), (45, 95)]],
    "7 with a bar": [[(15, 8), (85, 8), (45, 95)], [(35, 50), (78, 50)]],
    "0": [[(50, 5), (25, 15), (15, 50), (25, 85), (50, 95), (75, 85), (85, 50), (75, 15), (50, 5)]],
}


def write(image: Image.Image, glyph: str, box: tuple[float, float, float, float], pen: int, ink: int = 0) -> None:
    """Write a digit along straight lines into a box (left, top, width, height) of a grey picture."""
    draw = ImageDraw.Draw(image)
    left, top, width, height = box
    for line in GLYPHS[glyph]:
        points = [(left + x / 100 * width, top + y / 100 * height) for x, y in line]
        draw.line(points, fill=ink, width=pen, joint="curve")
        for x, y in points if pen > 3 else []:
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=ink)


def sheet(
    glyph: str, side: int = 400, pen: int = 18, box: tuple[float, float, float, float] = (0.3, 0.25, 0.4, 0.5)
) -> Image.Image:
    """White paper with one digit."""
    image = Image.new("L", (side, side), 255)
    left, top, width, height = (part * side for part in box)
    write(image, glyph, (left, top, width, height), pen)
    return image


def read(image: Image.Image, kind: str = "PNG") -> str:
    """What the starter network reads in a picture, digit by digit."""
    digits = read_picture(encoded(image, kind)).digits
    return "".join(map(str, Network.load("starter").predict(np.stack([it.image for it in digits])).argmax(axis=1)))


@pytest.mark.parametrize("side", [28, 64, 100, 400])
@pytest.mark.parametrize("glyph", ["2", "5", "7"])
def test_a_pen_of_one_pixel_is_not_lost(side: int, glyph: str) -> None:
    image = sheet(glyph, side, pen=1, box=(0.2, 0.1, 0.6, 0.8))
    assert read(image) == glyph
    assert read(ImageOps.invert(image)) == glyph


def snapshot(image: Image.Image, seed: int = 0) -> Image.Image:
    """The same as a camera sees it: under a lamp at one side, a little blurred, with noise."""
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2)), dtype=np.float32) * 0.85
    light = np.linspace(0.6, 1, soft.shape[1])[None, :] * np.linspace(0.85, 1, soft.shape[0])[:, None]
    noise = np.random.default_rng(seed).normal(0, 4, soft.shape)
    return Image.fromarray(np.clip(soft * light + noise, 0, 255).astype(np.uint8))


@pytest.mark.parametrize(("height", "pen", "ink"), [(160, 6, 70), (320, 6, 70), (640, 9, 175)])
def test_ballpoint_and_pencil_are_found_on_a_large_sheet(height: int, pen: int, ink: int) -> None:
    paper = Image.new("L", (1200, 1600), 255)
    write(paper, "5", (500, 600, 0.7 * height, height), pen, ink)
    assert read(snapshot(paper), "JPEG") == "5"


def with_strip(image: Image.Image) -> None:
    ImageDraw.Draw(image).rectangle((0, 394, 399, 399), fill=0)


def with_specks(image: Image.Image) -> None:
    for x, y in ((12, 12), (380, 300), (30, 370)):
        ImageDraw.Draw(image).ellipse((x, y, x + 8, y + 8), fill=0)


def with_frame(image: Image.Image) -> None:
    ImageDraw.Draw(image).rectangle((40, 40, 360, 360), outline=0, width=4)


def with_ring(image: Image.Image) -> None:
    ImageDraw.Draw(image).ellipse((20, 20, 380, 380), outline=0, width=5)


def with_lines(image: Image.Image) -> None:
    for y in range(0, 400, 25):
        ImageDraw.Draw(image).line((0, y, 399, y + 8), fill=150, width=2)


BESIDE = [with_strip, with_specks, with_frame, with_ring, with_lines]


@pytest.mark.parametrize("add", BESIDE)
@pytest.mark.parametrize("glyph", ["2", "5 with its top apart", "7 with a bar"])
def test_what_is_beside_a_digit_is_no_part_of_it(add: Callable[[Image.Image], None], glyph: str) -> None:
    image = sheet(glyph)
    if add is not with_lines:
        add(image)
    else:
        lines = Image.new("L", image.size, 255)
        add(lines)
        image = ImageChops.darker(image, lines)
    assert read(image) == glyph[0]


@pytest.mark.parametrize("turned", [0, 5])
def test_a_sheet_on_a_dark_table_and_a_black_card_are_read(turned: float) -> None:
    paper = snapshot(sheet("5", 800, pen=24, box=(0.35, 0.3, 0.3, 0.4))).convert("LA").rotate(turned, expand=True)
    table = Image.new("L", (1000, 1200), 45)
    table.paste(paper.getchannel("L"), (60, 150), paper.getchannel("A"))
    assert read(table, "JPEG") == "5"

    card = Image.new("L", (400, 300), 255)
    black = ImageOps.invert(sheet("5", 150, pen=9)).convert("LA").rotate(turned, expand=True)
    card.paste(black.getchannel("L"), (125, 75), black.getchannel("A"))
    assert read(card) == "5"


def test_digits_are_read_from_left_to_right_and_line_by_line() -> None:
    page = Image.new("L", (700, 500), 255)
    for place, (glyph, height) in enumerate([("7", 160), ("2", 200), ("0", 130), ("5 with its top apart", 180)]):
        write(page, glyph, (20 + 170 * place, 20 + 10 * place, 0.7 * height, height), 14)
    write(page, "2", (60, 290, 120, 170), 14)
    assert read(page) == "72052"
    lefts = [digit.box.left for digit in read_picture(encoded(page, "PNG")).digits]
    assert lefts[:4] == sorted(lefts[:4])
    assert all(digit.legible for digit in read_picture(encoded(page, "PNG")).digits)


def test_lines_that_nearly_touch_stay_apart() -> None:
    page = Image.new("L", (400, 500), 255)
    for top, glyphs in ((20, ("0", "7")), (222, ("2", "5"))):
        for place, glyph in enumerate(glyphs):
            write(page, glyph, (30 + 180 * place, top, 120, 200), 16)
    assert read(page) == "0725"


def test_digits_that_touch_are_not_legible() -> None:
    page = Image.new("L", (600, 400), 255)
    write(page, "2", (60, 80, 180, 240), 20)
    write(page, "5", (160, 80, 180, 240), 20)
    (digit,) = read_picture(encoded(page, "PNG")).digits
    assert not digit.legible


def test_a_drawing_on_a_canvas_has_the_digits_in_it() -> None:
    canvas = Image.new("L", (280, 280))
    write(canvas, "7 with a bar", (20, 60, 90, 150), 14, 255)
    write(canvas, "2", (150, 60, 90, 150), 14, 255)
    first, second = find_digits(np.asarray(canvas), 14)
    assert first.box.right < second.box.left
    (both,) = find_digits(np.asarray(canvas), 14, one=True)
    assert (both.box.left, both.box.right) == (first.box.left, second.box.right)


def test_a_phone_s_photo_of_24_megapixels_is_read() -> None:
    paper = Image.new("L", (1000, 1500), 235)
    write(paper, "5", (300, 400, 400, 600), 40, 60)
    file = encoded(paper.resize((4000, 6000)), "JPEG", quality=92)
    picture = read_picture(file)
    assert picture.shown.shape == (800, 533, 3)
    assert Network.load("starter").predict(picture.digits[0].image[None]).argmax() == 5


def test_dim_pictures_of_16_bits_are_read() -> None:
    dim = np.asarray(sheet("5"), dtype=np.uint16) * 16  # 12 bits of a camera's, of the 16 that there are
    assert read(Image.fromarray(dim)) == "5"


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "a HEIC photo"),
        (b"\x00\x00\x00\x1cftypavif" + bytes(40), "an AVIF picture"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        (b"PK\x03\x04" + bytes(40), "a ZIP archive"),
    ],
    ids=["HEIC", "AVIF", "SVG", "ZIP"],
)
def test_a_file_of_another_kind_is_named(file: bytes, kind: str) -> None:
    with pytest.raises(DrawingError, match=f"{kind}.*PNG, JPEG"):
        read_picture(file)
