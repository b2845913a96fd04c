"""What is on the drawing canvas while the pen is down: a small picture of it about ten times a second.

The canvas itself reports a stroke only when it is finished. A component beside it copies its pixels meanwhile. What
comes from there was sent by a browser, and is checked before it is used.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.components.canvas.canvas import drawn_at
from pages.components.javascript import joined_javascript
from pages.visit import session

SIDE = 140
"""Width and height of the picture in pixels: half of the canvas's."""

_PIXELS = SIDE * SIDE
_BASE64_LENGTH = 4 * -(-_PIXELS // 3)

_watch = st.components.v2.component(
    "digits_live",
    isolate_styles=False,
    js=joined_javascript(Path(__file__).with_name("stream.js")),
)


class LivePicture(NamedTuple):
    """A picture taken of the canvas."""

    frame: int  # when, in milliseconds by the browser's clock: which identifies it
    pixels: NDArray[np.uint8]  # (140, 140), ink 255 on 0


def watch(key: str) -> LivePicture | None:
    """Watch the canvas with this key; return the picture to show, or None if the canvas's own drawing is newer.

    Each new picture reruns the fragment in which this is called.
    """
    state: Any = session.widget(f"{key}_live", None)
    picture = parse(state.get("picture")) if isinstance(state, Mapping) else None
    _watch(
        key=f"{key}_live",
        data={"box": f"st-key-{key}_box", "seen": picture.frame if picture else None},
        default={"picture": None},
        on_picture_change=lambda: None,
        height=0,
    )
    return picture if picture is not None and picture.frame > drawn_at(key) else None


def parse(value: Any) -> LivePicture | None:
    """Return what a browser handed over as a picture; None for anything that is not of exactly that form."""
    if not isinstance(value, Mapping):
        return None
    frame, text = value.get("frame"), value.get("pixels")
    if type(frame) is not int or not isinstance(text, str) or len(text) != _BASE64_LENGTH:
        return None
    try:
        pixels = np.frombuffer(base64.b64decode(text, validate=True), dtype=np.uint8)
    except (binascii.Error, ValueError):
        return None
    if len(pixels) != _PIXELS:
        return None
    return LivePicture(frame, pixels.reshape(SIDE, SIDE))
