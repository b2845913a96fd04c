"""The canvas keeps every stroke, undoes one at a time, and trusts nothing that a browser sends."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core.drawing import DrawingError
from pages.components.canvas.state import EMPTY, CanvasState, Drawing, Request, compact, parse_request
from pages.components.canvas.stream import parse
from pages.visit import cache, session
from pages.visit.cache import VisitCache

SIDE = 280


def png(width: int = SIDE, height: int = SIDE, shade: int = 0) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (width, height), (shade, shade, shade, 255)).save(buffer, "PNG")
    return buffer.getvalue()


def drawing(count: int) -> Drawing:
    """A drawing of that many strokes, with a picture of its own."""
    return Drawing(tuple({"strokeWidth": 18, "number": number} for number in range(count)), png(shade=count))


def drawn(*counts: int) -> CanvasState:
    """The state of a canvas that has answered with drawings of those many strokes, one after the other."""
    state = CanvasState()
    for count in counts:
        state = state.receive(drawing(count), state.number)
    return state


def test_each_stroke_is_a_step_to_go_back_to() -> None:
    assert drawn(1, 2).history == (EMPTY, drawing(1), drawing(2))


def test_strokes_that_come_together_are_undone_one_at_a_time() -> None:
    assert [len(step.strokes) for step in drawn(3).history] == [0, 1, 2, 3]


def test_a_rerun_after_undo_does_not_bring_the_stroke_back() -> None:
    state = drawn(1, 2)
    assert state.undo().receive(drawing(2), state.number).shown == drawing(1)


def test_the_echo_after_undo_brings_the_picture_and_no_step() -> None:
    state = drawn(2).undo()
    echoed = state.receive(drawing(1), state.number)
    assert echoed.shown == drawing(1)
    assert len(echoed.history) == len(state.history)


def test_the_echo_of_the_first_undo_that_comes_after_the_second_is_no_new_stroke() -> None:
    first = drawn(1, 2, 3).undo()
    second = first.undo()
    late = second.receive(drawing(2), first.number)
    assert late == second
    assert late.receive(drawing(1), second.number).undo().shown == EMPTY


def test_the_canvas_is_told_what_to_show_and_anew_even_if_it_is_the_same() -> None:
    state = drawn(1, 2)
    assert state.undo().start == drawing(1)
    assert state.clear().start == EMPTY
    assert state.restart().restart().number == state.number + 2


def test_clear_can_be_undone() -> None:
    state = drawn(2).clear()
    assert state.shown == EMPTY
    assert state.undo().shown == drawing(2)


def test_undo_of_nothing_is_nothing() -> None:
    assert CanvasState().undo().shown == EMPTY
    assert [state.can_undo for state in (CanvasState(), drawn(1), drawn(1).undo(), drawn(1).clear())] == [
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(("press", "shown"), [("undo", drawing(1)), ("clear", EMPTY)])
def test_a_press_that_a_browser_repeats_counts_once(press: str, shown: Drawing) -> None:
    state = drawn(1, 2)
    once = state.press(Request(press, state.number))
    assert once.shown == shown
    assert once.pressed == state.number != once.number
    assert once.restart().pressed == once.pressed
    assert once.press(Request(press, state.number)) == once


def test_a_request_without_a_press_changes_nothing() -> None:
    state = drawn(1)
    assert state.press(Request(None, state.number, at=7)) == state


def test_a_request_is_taken_as_it_is() -> None:
    assert parse_request({"press": "undo", "number": 3, "at": 1700}) == Request("undo", 3, 1700)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "undo",
        {},
        {"press": "undo", "number": 3},
        {"press": "undo", "number": True, "at": 1},
        {"press": "undo", "number": 3, "at": "now"},
        {"press": "format", "number": 3, "at": 1},
        {"press": [], "number": 3, "at": 1},
    ],
)
def test_requests_of_another_form_ask_for_nothing(value: Any) -> None:
    assert parse_request(value) == Request()


def test_the_last_49_steps_can_be_undone() -> None:
    state = drawn(*range(1, 60))
    undone = 0
    while state.can_undo:
        state, undone = state.undo(), undone + 1
    assert (undone, state.shown) == (49, drawing(10))


@pytest.mark.parametrize(
    "state",
    [
        drawn(3),
        drawn(1, 2),
        drawn(1, 2, 3).undo(),
        drawn(2).clear(),
        drawn(2).clear().undo(),
        drawn(*range(1, 80)),
        CanvasState(),
    ],
    ids=["three at once", "two", "one undone", "cleared", "not cleared after all", "many", "nothing"],
)
def test_undo_goes_back_by_the_same_steps_after_a_reload(state: CanvasState) -> None:
    reloaded = CanvasState(compact(state.history, 300_000)[0])
    assert reloaded.shown == state.shown
    while state.can_undo:
        state, reloaded = state.undo(), reloaded.undo()
        assert reloaded.shown.strokes == state.shown.strokes
        assert reloaded.shown == EMPTY or reloaded.shown.pixels.size, "there is a picture, if not yet its own"
    assert not reloaded.can_undo


def test_a_history_that_is_kept_is_bounded_and_loses_its_oldest_steps_first() -> None:
    state = drawn(2).clear()
    state = state.receive(drawing(1), state.number).clear()
    state = state.receive(drawing(2), state.number)
    room = drawing(2).size + drawing(1).size
    history, size = compact(state.history, room)
    assert size == room
    assert [len(step.strokes) for step in history] == [0, 1, 0, 1, 2]
    assert compact(state.history, 0)[0] == (EMPTY, replace(drawing(2), strokes=drawing(2).strokes[:1]), drawing(2))


def test_pixels_are_those_of_the_picture() -> None:
    pixels = Drawing(png=png(shade=7)).pixels
    assert pixels.shape == (SIDE, SIDE, 4)
    assert pixels.dtype == np.uint8
    assert (pixels[..., 0] == 7).all()


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


@pytest.mark.parametrize(
    ("widths", "pen"),
    [((18, 18), 18.0), ((18, 28), None), ((), None), (("wide",), None), (([],), None), ((-1,), None), ((1e9,), None)],
)
def test_pen_is_known_when_all_strokes_have_one_width(widths: tuple[Any, ...], pen: float | None) -> None:
    assert Drawing(tuple({"strokeWidth": width} for width in widths)).pen == pen


@pytest.fixture
def browser_sends(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, Any], AppTest]:
    """Open a page with a canvas to which a browser sends these strokes and this picture."""
    AppTest.from_string("import pages.components.canvas.canvas").run()  # it cannot be imported outside of an app

    def send(strokes: Any, url: Any) -> AppTest:
        from streamlit_drawable_canvas import CanvasResult

        answer = CanvasResult({"objects": strokes, "background": PAPER_OF_A_VISIT}, url, return_image_data=True)
        monkeypatch.setattr("pages.components.canvas.canvas.st_canvas", lambda **_: answer)
        return AppTest.from_function(page).run()

    return send


def page() -> None:
    import streamlit as st

    from pages.components.canvas.canvas import canvas
    from pages.shared.messages import user_errors

    with user_errors():
        st.text(f"Strokes: {len(canvas('test', 18).strokes)}")


PAPER_OF_A_VISIT = "hsl(1, 0%, 0%)"
PNG_URL = "data:image/png;base64,"


@pytest.mark.parametrize(
    ("strokes", "url"),
    [
        ("strokes", PNG_URL),
        ([1, 2], PNG_URL),
        ([{}] * 10_000, PNG_URL),
        ([], "not a picture"),
        ([], 17),
        ([], PNG_URL + "A"),
        ([], PNG_URL + "A" * 4_000_000),
    ],
    ids=["text", "numbers", "too many", "no data URL", "a number", "no base64", "too large"],
)
def test_answers_that_no_canvas_gives_get_a_sentence(
    strokes: Any, url: Any, browser_sends: Callable[[Any, Any], AppTest]
) -> None:
    app = browser_sends(strokes, url)
    assert not app.exception
    assert "drawing" in app.error[0].value


@pytest.mark.parametrize("count", [1, 300])
def test_strokes_reach_the_page(count: int, browser_sends: Callable[[Any, Any], AppTest]) -> None:
    app = browser_sends([{"strokeWidth": 18}] * count, PNG_URL + base64.b64encode(png()).decode())
    assert app.text[0].value == f"Strokes: {count}"


@pytest.mark.parametrize(("strokes", "size"), [(301, 1_000), (1, 1_000_001)])
def test_more_strokes_or_larger_pictures_do_not(
    strokes: int, size: int, browser_sends: Callable[[Any, Any], AppTest]
) -> None:
    app = browser_sends([{"strokeWidth": 18}] * strokes, PNG_URL + base64.b64encode(bytes(size)).decode())
    assert "This drawing is too large" in app.error[0].value


def picture(**changes: Any) -> dict[str, Any]:
    """What a browser hands over while the pen is down."""
    pixels = base64.b64encode(bytes(range(140)) * 140).decode()
    return {"frame": 1_795_538_063_864, "pixels": pixels, "down": True} | changes


def test_a_live_picture_is_taken_as_it_is() -> None:
    live = parse(picture())
    assert live is not None
    assert live.pixels.shape == (140, 140)
    assert (live.pixels[3] == np.arange(140)).all()
    assert live.down


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        {},
        picture(frame="1"),
        picture(frame=True),
        picture(pixels=None),
        picture(pixels="A" * 100),
        picture(pixels="A" * 1_000_000),
        picture(pixels="\u00e9" * 26_136),
        picture(pixels=base64.b64encode(bytes(140 * 140 + 1)).decode()),
    ],
)
def test_live_pictures_of_another_form_count_for_nothing(value: Any) -> None:
    assert parse(value) is None


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
    monkeypatch.setattr(cache, "visit_cache", lambda: everything)
    for owner, size in (("", 1), ("a", 300_000), ("b", 1), ("a", 300_001)):
        monkeypatch.setattr(session, "owner", lambda owner=owner: owner)
        cache.put("draw", f"{size} bytes of {owner}", size)
    assert cache.get("draw", None) == "300000 bytes of a"
    monkeypatch.setattr(session, "owner", lambda: "")
    assert cache.get("draw", None) is None, "who is not known yet has nothing"
