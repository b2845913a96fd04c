"""Opens picture files: returns upright, reduced pixels without transparency.

Files are not trusted, so the size in the header is checked before anything is decoded.
"""

from __future__ import annotations

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mnist_core.drawing.errors import DrawingError, NothingDrawn
from mnist_core.drawing.photo.file_signatures import other_file_type, picture_format
from mnist_core.text.sentence import Sentence, sentence

FORMATS = {"PNG": "PNG", "JPEG": "JPEG", "WEBP": "WebP", "GIF": "GIF", "BMP": "BMP", "TIFF": "TIFF"}
"""The formats that are read: Pillow's names, and how people write them."""

MOST_BYTES = 25_000_000
"""A phone's photo of 24 megapixels has 3 to 12 MB, one of 50 megapixels up to 25 MB."""

MOST_PIXELS = 20_000_000
"""Most pixels that are decoded: 80 MB with four channels."""

MOST_JPEG_PIXELS = 64_000_000
"""Most pixels of a JPEG. It is decoded at an eighth, a quarter or half of its size, to at most `MOST_PIXELS`."""

LONGEST_SIDE = 800
"""Longest side of the reduced picture, in pixels. A digit of a tenth of it has 80, and noise averages out."""

Rgb = NDArray[np.uint8]


def open_picture(file: bytes, turns: int = 0) -> Rgb:
    """Return the picture in a file, upright and reduced: (H, W, 3) uint8, the longest side at most 800 pixels.

    `turns` are quarter turns clockwise, after those that its EXIF data ask for. Transparent parts get a background
    that the rest contrasts with. If the file holds several pictures, the first is taken. Raises `DrawingError` for a
    file that is not a picture, is damaged or too large.
    """
    if len(file) > MOST_BYTES:
        raise DrawingError(
            "This file is {size:.1f} MB; at most {most:.0f} MB can be read. Make the picture smaller.",
            size=len(file) / 1e6,
            most=MOST_BYTES / 1e6,
        )
    if not file:
        raise DrawingError("This file is empty. Choose a picture.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd but harmless metadata; the size is checked below
            picture = _decode(file)
            return np.ascontiguousarray(np.rot90(_as_rgb(picture), -turns))
    except DrawingError:
        raise
    except Image.DecompressionBombError:
        raise _too_many(sentence("far more pixels"), MOST_PIXELS) from None
    except Exception:  # decoders raise almost anything for damaged files, struct.error included
        raise _unreadable(file) from None


def _decode(file: bytes) -> Image.Image:
    """Decode a picture no larger than needed, and turn it upright by its EXIF data."""
    picture = Image.open(io.BytesIO(file), formats=tuple(FORMATS))
    width, height = picture.size  # from the header, before anything is decoded
    is_jpeg = picture.format in ("JPEG", "MPO")
    picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # JPEG: decode no more than is needed
    for pixels, most in ((width * height, MOST_JPEG_PIXELS if is_jpeg else MOST_PIXELS), (_area(picture), MOST_PIXELS)):
        if pixels > most:
            raise _too_many(sentence("{width:,} × {height:,} pixels", width=width, height=height), most)
    if width * height == 0:
        raise NothingDrawn("This picture has no pixels. Choose another one.")
    picture.load()
    return _upright(_reduced(_eight_bits(picture)), picture)


def _area(picture: Image.Image) -> int:
    return picture.width * picture.height


def _upright(reduced: Image.Image, original: Image.Image) -> Image.Image:
    """Turn a picture by the EXIF data of the original; damaged EXIF data are ignored."""
    try:
        reduced.info, exif = dict(reduced.info), original.getexif()
        reduced.info["exif"] = exif.tobytes()
        return ImageOps.exif_transpose(reduced)
    except Exception:  # bad metadata are no reason to refuse a picture
        return reduced


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Convert a picture of any depth to 8 bits a channel: L, RGB or RGBA."""
    if picture.mode.startswith(("I", "F")):  # 16 or 32 bits: cameras and scanners seldom use all of them
        values = np.nan_to_num(np.asarray(picture, dtype=np.float32), posinf=0, neginf=0)
        low, high = float(values.min()), float(values.max())
        return Image.fromarray(((values - low) * (255 / max(high - low, 1e-9))).astype(np.uint8))
    if "A" in picture.getbands() or "a" in picture.getbands() or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _reduced(picture: Image.Image) -> Image.Image:
    """Reduce a picture to `LONGEST_SIDE` pixels by averaging areas; both sides keep at least one pixel."""
    scale = LONGEST_SIDE / max(picture.size)
    if scale >= 1:
        return picture
    width, height = (max(1, round(side * scale)) for side in picture.size)
    if picture.mode == "RGBA":  # premultiplied, so that colours are weighted by their opacity
        return picture.convert("RGBa").resize((width, height), Image.Resampling.BOX).convert("RGBA")
    return picture.resize((width, height), Image.Resampling.BOX)


def _as_rgb(picture: Image.Image) -> Rgb:
    if picture.mode == "RGBA":
        return _with_background(np.asarray(picture))
    return np.asarray(picture.convert("RGB"))


def _with_background(rgba: NDArray[np.uint8]) -> Rgb:
    """Fill the transparent parts of a picture (H, W, 4) with a background: (H, W, 3).

    If all visible pixels have about the same brightness, they are strokes, on white or, if they are light, on black.
    Otherwise the picture contains its own background, and the median colour fills the transparent parts.
    """
    opacity = rgba[:, :, 3:].astype(np.float32) / 255
    colours = rgba[:, :, :3]
    visible = colours[rgba[:, :, 3] > 127]
    if visible.size == 0:
        visible = colours[rgba[:, :, 3] > 0]
    brightness = visible.mean(axis=1)
    background: NDArray[np.floating] | int = 255
    if brightness.size and float(np.ptp(brightness)) > 127:
        background = np.median(visible, axis=0)
    elif brightness.size and float(np.median(brightness)) > 127:
        background = 0
    return np.rint(colours * opacity + background * (1 - opacity)).astype(np.uint8)


def _unreadable(file: bytes) -> DrawingError:
    *others, last = FORMATS.values()
    expected = sentence("{others} or {last}", others=", ".join(others), last=last)
    if name := picture_format(file):
        return DrawingError(
            "This {name} file is damaged and cannot be read. Save or send it again; the app expects {expected}.",
            name=name,
            expected=expected,
        )
    if name := other_file_type(file):
        return DrawingError(
            "This file is {name}, which cannot be read here. Save it as {expected}.",
            name=Sentence(name),
            expected=expected,
        )
    return DrawingError("This file is not a picture. Expected {expected}.", expected=expected)


def _too_many(pixels: str, most: int) -> DrawingError:
    return DrawingError(
        "This picture has {pixels}; at most {most} million can be read. Make it smaller.",
        pixels=pixels,
        most=most // 10**6,
    )
