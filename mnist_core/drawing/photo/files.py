"""From a picture file to its pixels: upright, small, and without transparent parts.

Everything in a file comes from outside, so its size is known from its header before anything is unpacked.
"""

from __future__ import annotations

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mnist_core.drawing.errors import DrawingError, NothingDrawn
from mnist_core.drawing.photo.kinds import foreign_kind, picture_kind

FORMATS = {"PNG": "PNG", "JPEG": "JPEG", "WEBP": "WebP", "GIF": "GIF", "BMP": "BMP", "TIFF": "TIFF"}
"""What is read: Pillow's names of the formats, and how people write them."""

MOST_BYTES = 25_000_000
"""A phone's photo of 24 megapixels has 3 to 12 MB, one of 50 has up to 25."""

MOST_PIXELS = 20_000_000
"""Pixels that are unpacked: 80 MB with four channels."""

MOST_JPEG_PIXELS = 64_000_000
"""Pixels of a JPEG, which is unpacked at an eighth, a quarter or half of its size, never more than `MOST_PIXELS`."""

SIDE = 800
"""Pixels of the longest side to which a picture is brought: a digit of a tenth of it has 80, and noise averages out."""

Rgb = NDArray[np.uint8]


def open_picture(file: bytes, turns: int = 0) -> Rgb:
    """Return the picture in a file, upright and small: (H, W, 3) uint8, the longest side at most 800 pixels.

    `turns` are quarter turns clockwise, on top of what its EXIF data say. Transparent parts get a paper on which the
    rest can be seen. Of several pictures in one file it is the first. Raises `DrawingError` for a file that is no
    picture, is damaged or too large.
    """
    if len(file) > MOST_BYTES:
        raise DrawingError(
            f"This file has {len(file) / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB can be read. "
            "Make the picture smaller."
        )
    if not file:
        raise DrawingError("This file is empty. Choose a picture.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd but harmless metadata; the size is judged below
            picture = _opened(file)
            return np.ascontiguousarray(np.rot90(_as_rgb(picture), -turns))
    except DrawingError:
        raise
    except Image.DecompressionBombError:
        raise DrawingError(_too_many("far more pixels", MOST_PIXELS)) from None
    except Exception:  # decoders raise whatever a damaged file leads them to, struct.error included
        raise DrawingError(_unreadable(file)) from None


def _opened(file: bytes) -> Image.Image:
    """Decode a picture no larger than needed, and turn it as its EXIF data say."""
    picture = Image.open(io.BytesIO(file), formats=tuple(FORMATS))
    width, height = picture.size  # known from the first bytes, before anything is unpacked
    is_jpeg = picture.format in ("JPEG", "MPO")
    picture.draft(None, (SIDE, SIDE))  # JPEG: decode no more than is needed
    for pixels, most in ((width * height, MOST_JPEG_PIXELS if is_jpeg else MOST_PIXELS), (_area(picture), MOST_PIXELS)):
        if pixels > most:
            raise DrawingError(_too_many(f"{width:,} × {height:,} pixels", most))
    if width * height == 0:
        raise NothingDrawn("This picture has no pixels. Choose another one.")
    picture.load()
    return _upright(_small(_eight_bits(picture)), picture)


def _area(picture: Image.Image) -> int:
    return picture.width * picture.height


def _upright(small: Image.Image, original: Image.Image) -> Image.Image:
    """Turn a picture as the EXIF data of the original say; damaged ones say nothing."""
    try:
        small.info, exif = dict(small.info), original.getexif()
        small.info["exif"] = exif.tobytes()
        return ImageOps.exif_transpose(small)
    except Exception:  # what is wrong with the metadata is no reason not to read the picture
        return small


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Return a picture of whatever depth with 8 bits a channel: L, RGB or RGBA."""
    if picture.mode.startswith(("I", "F")):  # 16 or 32 bits: cameras and scanners seldom use all of them
        values = np.nan_to_num(np.asarray(picture, dtype=np.float32), posinf=0, neginf=0)
        low, high = float(values.min()), float(values.max())
        return Image.fromarray(((values - low) * (255 / max(high - low, 1e-9))).astype(np.uint8))
    if "A" in picture.getbands() or "a" in picture.getbands() or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _small(picture: Image.Image) -> Image.Image:
    """Bring a picture to at most `SIDE` pixels, by averages over areas; a row of pixels stays at least one."""
    scale = SIDE / max(picture.size)
    if scale >= 1:
        return picture
    width, height = (max(1, round(side * scale)) for side in picture.size)
    if picture.mode == "RGBA":  # colours are weighted by how opaque they are
        return picture.convert("RGBa").resize((width, height), Image.Resampling.BOX).convert("RGBA")
    return picture.resize((width, height), Image.Resampling.BOX)


def _as_rgb(picture: Image.Image) -> Rgb:
    if picture.mode == "RGBA":
        return on_paper(np.asarray(picture))
    return np.asarray(picture.convert("RGB"))


def on_paper(rgba: NDArray[np.uint8]) -> Rgb:
    """Lay a picture (H, W, 4) with transparent parts on paper: (H, W, 3).

    Strokes of about one brightness get white paper, or black if they are light. A picture that has light and dark
    in itself brings its own paper, which then goes on under the transparent parts.
    """
    opacity = rgba[:, :, 3:].astype(np.float32) / 255
    colours = rgba[:, :, :3]
    visible = colours[rgba[:, :, 3] > 127]
    if visible.size == 0:
        visible = colours[rgba[:, :, 3] > 0]
    brightness = visible.mean(axis=1)
    paper: NDArray[np.floating] | int = 255
    if brightness.size and float(np.ptp(brightness)) > 127:
        paper = np.median(visible, axis=0)
    elif brightness.size and float(np.median(brightness)) > 127:
        paper = 0
    return np.rint(colours * opacity + paper * (1 - opacity)).astype(np.uint8)


def _unreadable(file: bytes) -> str:
    *others, last = FORMATS.values()
    expected = f"{', '.join(others)} or {last}"
    if kind := picture_kind(file):
        return f"This {kind} file is damaged and cannot be read. Save or send it again; expected is {expected}."
    if kind := foreign_kind(file):
        return f"This file is not a picture that can be read here, but {kind}. Save it as {expected}."
    return f"This file is not a picture. Expected {expected}."


def _too_many(pixels: str, most: int) -> str:
    return f"This picture has {pixels}; at most {most // 10**6} million can be read. Make it smaller."
