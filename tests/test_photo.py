"""Photos of digits are read whatever their paper and light; what is no such picture gets a sentence."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mnist_core.data import load_dataset
from mnist_core.drawing import DrawingError, NothingDrawn
from mnist_core.network import Network
from mnist_core.photo import MOST_BYTES, read_picture

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


@pytest.mark.parametrize("light_paper", [True, False], ids=["dark on light", "light on dark"])
def test_digits_on_unevenly_lit_paper_are_read(light_paper: bool) -> None:
    data, starter = load_dataset(), Network.load("starter")
    images = [only_digit(encoded(photo(data.test_images[index], light_paper, seed=index))) for index in range(40)]
    right = starter.predict(np.stack(images)).argmax(axis=1) == data.test_labels[:40]
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


def png_of(width: int, height: int) -> bytes:
    """The first bytes of a PNG that says it is that large, and holds nothing."""
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    chunks = [(13, head), (0, b"IDAT")]
    data = b"".join(size.to_bytes(4, "big") + part + zlib.crc32(part).to_bytes(4, "big") for size, part in chunks)
    return b"\x89PNG\r\n\x1a\n" + data


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 something", "not a picture that can be read here, but a PDF"),
        (encoded(Image.new("L", (300, 300), 200))[:200], "damaged"),
        (b"x" * (MOST_BYTES + 1), "25.0 MB; at most 25 MB"),
        (png_of(5000, 4001), "5,000 × 4,001 pixels; at most 20 million"),
        (png_of(60_000, 60_000), "at most 20 million"),
        (encoded(Image.new("L", (1, 1)), "PNG"), "stands out"),
    ],
    ids=["nothing", "a PDF", "truncated", "too many bytes", "too many pixels", "a bomb", "one pixel"],
)
def test_what_cannot_be_read_gets_a_sentence(file: bytes, words: str) -> None:
    with pytest.raises(DrawingError, match=words):
        read_picture(file)
