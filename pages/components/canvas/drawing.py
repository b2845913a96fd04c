"""A drawing as a browser sends it, checked. Plain data, without Streamlit."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing import DrawingError
from mnist_core.text.sentence import marked

SIDE = 280
"""Width and height of the picture in pixels: ten for each of MNIST's."""

SHOWN_SIDE = 336
"""The same on the screen, in CSS's pixels; canvas.css makes it so. A phone of 390 has room for no more."""

MOST_STROKES = 300
MOST_BYTES = 1_000_000  # of the picture as PNG; a scribble all over the canvas has 20,000

_PNG_URL = "data:image/png;base64,"
_REFUSED = marked("The canvas sent something that is not a drawing. Reload the page and draw again.")


@dataclass(frozen=True)
class Drawing:
    """What is on the canvas: the width of each stroke in pixels, first to last, and the picture as PNG.

    `at` is when the browser sent it, in milliseconds by its clock.
    """

    widths: tuple[float, ...] = ()
    png: bytes = b""
    can_undo: bool = False
    at: int = 0

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The picture: grey (280, 280) if it is opaque, as the canvas sends it, else RGBA (280, 280, 4).

        Raises `DrawingError` if the browser sent something else.
        """
        try:
            image = Image.open(io.BytesIO(self.png), formats=["PNG"])
            if image.size != (SIDE, SIDE):  # known from the first bytes, before anything is unpacked
                raise DrawingError(
                    "The canvas sent {width} × {height} pixels, not {side} × {side}.",
                    width=image.size[0],
                    height=image.size[1],
                    side=SIDE,
                )
            picture = image.convert("RGBA")
            is_opaque = picture.getchannel("A").getextrema() == (255, 255)
            return np.asarray(picture.convert("L") if is_opaque else picture)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            raise DrawingError("The canvas sent a damaged picture. Press Clear and draw again.") from None

    @property
    def pen(self) -> float | None:
        """The width with which all strokes were drawn, or None if they differ."""
        return self.widths[0] if len(set(self.widths)) == 1 else None


EMPTY = Drawing()


def parse(value: Any) -> Drawing:
    """Return the drawing that a browser sent. Raises `DrawingError` for what no canvas would send."""
    at = sent_at(value)
    widths, picture = value.get("widths"), value.get("picture")
    if not isinstance(widths, list) or not all(type(it) in (int, float) and 1 <= it <= SIDE for it in widths):
        raise DrawingError(_REFUSED)
    if not isinstance(picture, str) or not picture.startswith(_PNG_URL):
        raise DrawingError(_REFUSED)
    try:
        png = base64.b64decode(picture.removeprefix(_PNG_URL), validate=True)
    except (binascii.Error, ValueError):
        raise DrawingError(_REFUSED) from None
    if len(widths) > MOST_STROKES or len(png) > MOST_BYTES:
        raise DrawingError("This drawing is too large: at most {most} strokes. Reload the page.", most=MOST_STROKES)
    return Drawing(tuple(map(float, widths)), png, value.get("canUndo") is True, at)


def sent_at(value: Any) -> int:
    """Return when a browser sent a drawing, in milliseconds by its clock, without a look at the rest of it.

    Raises `DrawingError` for what no canvas would send.
    """
    at = value.get("at") if isinstance(value, Mapping) else None
    if type(at) is not int:
        raise DrawingError(_REFUSED)
    return at
