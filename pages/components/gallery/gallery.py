"""A gallery of images: one HTML grid over one sprite sheet, loaded with a single request.

Two hundred `st.image` calls take four seconds; a grid of the same digits takes one.
"""

from __future__ import annotations

import base64
import io
import math
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from mnist_core.data import IMAGE_SIZE
from mnist_core.text.escape import for_html
from pages.components.gallery.gallery_columns import Layout

MOST_KNOWN = 256
"""Sheets of at most so many images are kept for the next visit: most people look at the same galleries."""

_STYLE = """
.digits { display: grid; gap: 0.75rem 0.5rem; justify-content: start; text-align: center;
    grid-template-columns: repeat(var(--columns)); }
.digits .picture { display: block; width: 100%; max-width: var(--digit); aspect-ratio: 1; margin: 0 auto; padding: 0;
    border: 0; border-radius: 4px; background-size: var(--sheet-size); image-rendering: pixelated; }
.digits small { display: block; margin-top: 0.25rem; font-size: 0.8125rem; line-height: 1.25; white-space: pre-line; }
"""

_NUMBERS_STYLE = """
.numbers-box { overflow-x: auto; }
.numbers { border-collapse: collapse; font-size: 0.625rem; line-height: 1; font-variant-numeric: tabular-nums; }
.numbers caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.numbers td { width: 1.25rem; min-width: 1.25rem; height: 1.25rem; padding: 0; text-align: center; color: #000;
    border: 0; }
.numbers .dark { color: #fff; }
.numbers .g0 { color: #8c8c8c; }
"""


def gallery(images: NDArray[np.uint8], captions: Sequence[str], labels: Sequence[str], layout: Layout) -> None:
    """Show images (n, 28, 28), 0 to 255, in a grid, each with its caption, if any, under it.

    `labels` are the text alternatives that a screen reader reads in place of each image. `layout` is one of those in
    gallery_columns.py. Raises `ValueError` if images, captions and labels differ in number.
    """
    st.html(grid_html(images, captions, labels, layout))


def grid_html(
    images: NDArray[np.uint8],
    captions: Sequence[str],
    labels: Sequence[str],
    layout: Layout,
    numbers: Sequence[int] | None = None,
) -> str:
    """Return the grid of `gallery` as HTML. Raises `ValueError` if images, captions and labels differ in number.

    With `numbers`, each image is a button that has its number as `data-number`.
    """
    across, down = sheet_shape(len(images))
    items = [
        f'<div role="listitem">{_picture(label, _position(index, across, down), number)}{_caption(caption)}</div>'
        for index, (_, caption, label, number) in enumerate(
            zip(images, captions, labels, [None] * len(images) if numbers is None else numbers, strict=True)
        )
    ]
    cell, columns = layout.cell or layout.size, layout.columns
    tracks = f"{columns}, minmax(0, {cell}px)" if columns else f"auto-fill, minmax(min({cell}px, 100%), 1fr)"
    style = f"--digit:{layout.size}px;--columns:{tracks};--sheet-size:{across * 100}% {down * 100}%"
    sheet = sprite_url(images)
    name = f"sheet-{zlib.crc32(sheet.encode()):08x}"
    # The sheet is named in a rule, not in a variable: a browser reads a variable's text again for each picture.
    rules = f"{_STYLE}.{name} .picture {{ background-image: url({sheet}); }}"
    return f'<style>{rules}</style><div class="digits {name}" role="list" style="{style}">{"".join(items)}</div>'


def sprite_sheet(images: NDArray[np.uint8]) -> bytes:
    """Return a PNG with images (n, 28, 28), 0 to 255, side by side, row after row, as in `sheet_shape`."""
    pixels = np.ascontiguousarray(images).tobytes()
    return _known_sheet(pixels) if 1 < len(images) <= MOST_KNOWN else _sheet_of(pixels)


@lru_cache(maxsize=64)
def _known_sheet(pixels: bytes) -> bytes:
    return _sheet_of(pixels)


def _sheet_of(pixels: bytes) -> bytes:
    images = np.frombuffer(pixels, dtype=np.uint8).reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
    across, down = sheet_shape(len(images))
    padded = np.zeros((across * down, IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
    padded[: len(images)] = images
    rows = padded.reshape(down, across, IMAGE_SIZE, IMAGE_SIZE).swapaxes(1, 2)
    return _png(rows.reshape(down * IMAGE_SIZE, across * IMAGE_SIZE))


def sprite_url(images: NDArray[np.uint8]) -> str:
    """Return the sprite sheet as a data: URL."""
    return _url(sprite_sheet(images))


def picture_url(pixels: NDArray[np.uint8]) -> str:
    """Return a picture, grey (H, W) or RGBA (H, W, 4), as a data: URL."""
    return _url(_png(pixels))


def drawing_url(pixels: NDArray[np.uint8]) -> str:
    """Return a drawing, grey (H, W) or opaque RGBA (H, W, 4), in grey as a data: URL.

    It is made after each stroke: in grey with the least compression it takes a seventh of the time of `picture_url`.
    """
    return _url(_png(np.asarray(Image.fromarray(pixels).convert("L")), compression=1))


def photo_url(pixels: NDArray[np.uint8]) -> str:
    """Return a photo (H, W, 3) as a data: URL, a tenth as long as that of `picture_url`."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=85)
    return _url(buffer.getvalue(), "jpeg")


def sheet_shape(count: int) -> tuple[int, int]:
    """Return how many images the sheet has across and down: as square as possible, and at least one each way."""
    across = max(1, math.ceil(math.sqrt(count)))
    return across, max(1, math.ceil(count / across))


def number_grid(image: NDArray[np.uint8]) -> None:
    """Show one image (28, 28) as a table of its numbers, each on its own shade of grey; wide ones scroll."""
    st.html(number_grid_html(image))


def number_grid_html(image: NDArray[np.uint8]) -> str:
    """Return the table of `number_grid` as HTML."""
    shades = range(256)
    rules = "".join(f".g{value}{{background:rgb({value},{value},{value})}}" for value in shades)
    rows = "".join(
        "<tr>"
        + "".join(f'<td class="g{value}{" dark" if value < 128 else ""}">{value}</td>' for value in row)
        + "</tr>"
        for row in image.tolist()
    )
    table = f'<table class="numbers"><caption>The pixels of the image as numbers from 0 to 255</caption>{rows}</table>'
    region = '<div class="numbers-box" role="region" aria-label="The image as numbers" tabindex="0">'
    return f"<style>{_NUMBERS_STYLE}{rules}</style>{region}{table}</div>"


def _png(pixels: NDArray[np.uint8], compression: int = 6) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=compression)
    return buffer.getvalue()


def _url(file: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(file).decode()}"


def _picture(label: str, position: str, number: int | None) -> str:
    if number is None:
        return f'<div class="picture" role="img" aria-label="{for_html(label)}" style="{position}"></div>'
    name = for_html(label)
    return f'<button class="picture" data-number="{number}" aria-label="{name}" style="{position}"></button>'


def _caption(text: str) -> str:
    lines = "\n".join(map(for_html, text.split("\n")))  # each is a text of its own
    return f'<small aria-hidden="true">{lines}</small>' if text else ""


def _position(index: int, across: int, down: int) -> str:
    """Return where the image lies in the sheet: in CSS, 0% is the first column or row and 100% the last."""
    row, column = divmod(index, across)
    return f"background-position:{100 * column / max(across - 1, 1):.4f}% {100 * row / max(down - 1, 1):.4f}%"
