"""What a browser says is on the canvas is taken as it is, or not at all."""

from __future__ import annotations

import base64
import io
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mnist_core.drawing import DrawingError
from pages.components.canvas import drawing
from pages.components.canvas.drawing import Drawing
from pages.visit import session, visit_cache
from pages.visit.visit_cache import VisitCache

SIDE = 280


def png(width: int = SIDE, height: int = SIDE, shade: int = 0, alpha: int = 255) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (width, height), (shade, shade, shade, alpha)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(("alpha", "shape", "pixel"), [(255, (SIDE, SIDE), 7), (9, (SIDE, SIDE, 4), [7, 7, 7, 9])])
def test_pixels_are_those_of_the_picture(alpha: int, shape: tuple[int, ...], pixel: object) -> None:
    pixels = Drawing(png=png(shade=7, alpha=alpha)).pixels
    assert pixels.shape == shape
    assert pixels.dtype == np.uint8
    assert (pixels == pixel).all()


def bomb() -> bytes:
    """A PNG that says it has 60,000 × 60,000 pixels."""
    head = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + bytes([8, 6, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + head + zlib.crc32(head).to_bytes(4, "big")


@pytest.mark.parametrize(
    "picture",
    [b"", b"GIF89a", png()[:100], png()[:-40], png(10, 10), png(4000, 280), bomb()],
    ids=["nothing", "no PNG", "no image", "truncated", "small", "wide", "bomb"],
)
def test_pictures_that_no_canvas_sends_get_a_sentence(picture: bytes) -> None:
    with pytest.raises(DrawingError, match="canvas"):
        _ = Drawing(png=picture).pixels


@pytest.mark.parametrize(("widths", "pen"), [((18.0, 18.0), 18.0), ((18.0, 28.0), None), ((), None)])
def test_pen_is_known_when_all_strokes_have_one_width(widths: tuple[float, ...], pen: float | None) -> None:
    assert Drawing(widths).pen == pen


PNG_URL = "data:image/png;base64,"


def sent(**changes: Any) -> dict[str, Any]:
    """What a browser says of a drawing with two strokes."""
    url = PNG_URL + base64.b64encode(png()).decode()
    return {"widths": [18, 10.5], "picture": url, "canUndo": True, "at": 1_795_538_063_864} | changes


def test_a_drawing_is_taken_as_it_is() -> None:
    assert drawing.parse(sent()) == Drawing((18.0, 10.5), png(), can_undo=True, at=1_795_538_063_864)


@pytest.mark.parametrize(
    "value",
    [
        "text",
        {},
        sent(widths="strokes"),
        sent(widths=["wide"]),
        sent(widths=[True]),
        sent(widths=[[]]),
        sent(widths=[0]),
        sent(widths=[float("nan")]),
        sent(widths=[1e9]),
        sent(widths=[18] * 10_000),
        sent(picture="not a picture"),
        sent(picture=17),
        sent(picture=PNG_URL + "A"),
        sent(picture=PNG_URL + "é"),
        sent(picture=PNG_URL + "A" * 4_000_000),
        sent(at="now"),
        sent(at=True),
    ],
)
def test_what_no_canvas_sends_is_refused_with_a_sentence(value: Any) -> None:
    with pytest.raises(DrawingError, match="drawing"):
        drawing.parse(value)


def test_as_many_strokes_as_the_browser_keeps_are_taken() -> None:
    assert len(drawing.parse(sent(widths=[18] * 300)).widths) == 300


@pytest.mark.parametrize(("strokes", "size"), [(301, 1_000), (1, 1_000_001)])
def test_more_strokes_or_larger_pictures_are_not_taken(strokes: int, size: int) -> None:
    with pytest.raises(DrawingError, match="This drawing is too large"):
        drawing.parse(sent(widths=[18] * strokes, picture=PNG_URL + base64.b64encode(bytes(size)).decode()))


def test_what_is_kept_for_browsers_is_bounded() -> None:
    kept = VisitCache()
    for number in range(301):
        kept.put(str(number), "draw", number)
    assert kept.get("0", "draw", None) is None
    assert kept.get("1", "draw", None) == 1
    assert kept.get("1", "grid", "nothing") == "nothing"
    kept.put("1", "draw", 1)
    kept.put("new", "draw", 2)
    assert kept.get("1", "draw", None) == 1, "whoever was here lately is not the first to be forgotten"


def test_what_is_kept_is_one_browsers_own_and_not_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = VisitCache()
    monkeypatch.setattr(visit_cache, "visit_cache", lambda: everything)
    for owner, size in (("", 1), ("a", 300_000), ("b", 1), ("a", 300_001)):
        monkeypatch.setattr(session, "owner", lambda owner=owner: owner)
        visit_cache.put("draw", f"{size} bytes of {owner}", size)
    assert visit_cache.get("draw", None) == "300000 bytes of a"
    monkeypatch.setattr(session, "owner", lambda: "")
    assert visit_cache.get("draw", None) is None, "who is not known yet has nothing"
