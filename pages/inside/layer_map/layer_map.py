"""The component that shows maps of test images, and lets their points move from one map to the next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.charts.figure import SERIES
from pages.components.gallery.gallery import sheet_shape
from pages.components.javascript import joined_javascript

_HTML = """
<div class="whole">
  <div class="bar"><div class="frames" role="group" aria-label="Map"></div>
    <button type="button" class="play">▶ Play</button></div>
  <div class="map" role="application" tabindex="0"><canvas></canvas>
    <div class="card" hidden><div class="picture"></div><span aria-live="polite"></span>
      <button type="button" class="open">Follow it through the network</button></div></div>
  <p class="says" aria-live="polite"></p>
  <div class="classes" role="group" aria-label="Classes"></div>
</div>
"""
_SCALE = 1000

_component = st.components.v2.component(
    "digits_layer_map",
    html=_HTML,
    css=Path(__file__).with_name("layer_map.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("layer_map.js")),
)


class PlacedDrawing(NamedTuple):
    """Where a picture from another page lies on a map: (2,), from -1 to 1, and a sentence about it."""

    at: NDArray[np.floating]
    says: str


class Frame(NamedTuple):
    """A map: its title, where the images are, (n, 2) from -1 to 1, and a sentence that sums it up.

    `probabilities` (n, classes) are what the network reads in the images.
    """

    title: str
    positions: NDArray[np.floating]
    probabilities: NDArray[np.floating]
    says: str
    drawing: PlacedDrawing | None = None


class MappedImages(NamedTuple):
    """The images of a map: the address of their sprite sheet, their numbers and labels, both (n,), and class names."""

    sprite: str
    numbers: NDArray[np.integer]
    labels: NDArray[np.integer]
    class_names: Sequence[str]


def layer_map(
    images: MappedImages, frames: Sequence[Frame], first: int, about: str, picture: str, *, key: str
) -> int | None:
    """Show maps, at first the one at index `first`; return the number of the test image that was just opened.

    `about` describes the maps for a screen reader, `picture` is the address of that from another page, if any. An
    opened image reruns the script, or the fragment; in later reruns it is None again.
    """
    data = {
        "sprite": images.sprite,
        "across": sheet_shape(len(images.numbers))[0],
        "names": list(images.class_names),
        "colours": [SERIES[label % len(SERIES)] for label in range(len(images.class_names))],
        "numbers": images.numbers.tolist(),
        "labels": images.labels.tolist(),
        "frames": [_as_json(frame) for frame in frames],
        "first": first,
        "about": about,
        "picture": picture,
    }
    result: Any = _component(key=key, data=data, on_open_change=lambda: None)
    known = result.open in data["numbers"] if isinstance(result.open, int) else False  # browsers may send anything
    return result.open if known else None


def _as_json(frame: Frame) -> dict[str, Any]:
    drawing = None
    if frame.drawing is not None:
        drawing = {"at": _rounded(frame.drawing.at), "says": frame.drawing.says}
    return {
        "title": frame.title,
        "points": _rounded(frame.positions),
        "read": frame.probabilities.argmax(axis=1).tolist(),
        "confidence": np.rint(100 * frame.probabilities.max(axis=1)).astype(int).tolist(),
        "says": frame.says,
        "drawing": drawing,
    }


def _rounded(positions: NDArray[np.floating]) -> list[int]:
    return np.rint(_SCALE * positions).astype(int).ravel().tolist()
