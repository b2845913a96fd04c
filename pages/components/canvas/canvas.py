"""The drawing canvas: what streamlit-drawable-canvas gives, with undo and clear, kept over reruns and visits.

Everything that comes back from it was sent by a browser, and is checked before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st
from streamlit_drawable_canvas import CanvasResult, st_canvas

from mnist_core.drawing import DrawingError
from pages.components.canvas.state import EMPTY, SIDE, CanvasState, Drawing, Request, compact, parse_request
from pages.components.javascript import joined_javascript
from pages.visit import cache, session

INK = "#ffffff"
PAPER = "hsl({}, 0%, 0%)"
"""White on black like MNIST's own pictures, in the light theme as in the dark one. Black is black in every hue: the
hue is the number of the revision, and comes back with the strokes: Fabric.js repeats the colour as it was told."""

_PAPER = re.compile(r"hsl\((\d{1,9}), 0%, 0%\)")

MOST_STROKES = 300
MOST_BYTES = 1_000_000  # of the picture as PNG; a scribble all over the canvas has 20,000

_REFUSED = "The canvas sent something that is not a drawing. Reload the page and draw again."


def canvas(key: str, brush: int) -> Drawing:
    """Draw the canvas, with a brush `brush` pixels wide, and return what is on it.

    A new stroke reruns the script (or the fragment). The buttons for `undo` and `clear` have the keys `key`_undo and
    `key`_clear. Raises `DrawingError` for what no canvas would send.
    """
    state = _current_state(key)
    if session.get(key, None) is None or session.widget(f"{key}_canvas", None) is None:
        state = state.restart()  # a visit begins: what was drawn before comes back
    with st.container(key=f"{key}_box"):
        result = _browser_canvas(f"{key}_canvas", brush, state)
        answer = _checked(result)
        state = _with_answer(state, answer)
        _queue(
            key=f"{key}_queue",
            data={
                "key": f"st-key-{key}",
                "number": state.number,
                "pressed": state.pressed,
                "known": len(state.shown.strokes),
                "shown": answer.number == state.number,
                "presses": {"undo": state.can_undo, "clear": bool(state.shown.strokes)},
                "heard": _last_request(key).at,
            },
            default={"asked": None},
            on_asked_change=lambda: None,
            height=0,
        )
    _store(key, state)
    return state.shown


def undo(key: str) -> None:
    """Take back the last stroke, or the last `clear`. For a button's `on_click`."""
    _store(key, _current_state(key).undo())


def clear(key: str) -> None:
    """Empty the canvas. For a button's `on_click`."""
    _store(key, _current_state(key).clear())


def can_undo(key: str) -> bool:
    """Whether there is something to take back."""
    state: CanvasState = session.get(key, CanvasState())
    return state.can_undo


class _Answer(NamedTuple):
    """What the browser sent: a drawing, without a picture if there is none yet, and the number of its revision."""

    drawing: Drawing
    number: int


def _last_request(key: str) -> Request:
    """Return what canvas.js asked last."""
    value: Any = session.widget(f"{key}_queue", None)
    return parse_request(value.get("asked") if isinstance(value, Mapping) else None)


def _current_state(key: str) -> CanvasState:
    """Return the state with what the browser has told by now: callbacks run before the canvas is drawn.

    A visit that has none yet begins with what was last drawn in this browser and can be undone, and with what that
    still shows, as after a restart of the server.
    """
    state: CanvasState | None = session.get(key, None)
    answer = _last_answer(key)
    if state is None:
        state = cache.get(key, CanvasState())
        state = replace(state, number=max(state.number, answer.number if answer else 0))
    state = _with_answer(state, answer) if answer else state
    return state.press(_last_request(key))


def _last_answer(key: str) -> _Answer | None:
    """Return the canvas's answer as the browser has told it; None if there is none, or a bad one."""
    value: Any = session.widget(f"{key}_canvas", None)
    drawing = value.get("drawing") if isinstance(value, Mapping) else None
    if not isinstance(drawing, Mapping):
        return None
    with suppress(DrawingError):
        return _checked(CanvasResult(drawing.get("raw"), drawing.get("data"), True))
    return None


def _store(key: str, state: CanvasState) -> None:
    before: CanvasState | None = session.get(key, None)
    session.put(key, state)
    if before is None or before.history != state.history:
        history, size = compact(state.history, cache.MAX_BYTES)
        cache.put(key, replace(state, history=history, start=EMPTY), size)


def _with_answer(state: CanvasState, answer: _Answer) -> CanvasState:
    return state.receive(*answer) if answer.drawing.png else state


def _browser_canvas(key: str, brush: int, state: CanvasState) -> CanvasResult:
    """Draw the component. What it is told to show counts as new only when `number` differs."""
    try:
        return st_canvas(
            width=SIDE,
            height=SIDE,
            stroke_width=brush,
            stroke_color=INK,
            background_color=PAPER.format(state.number),
            initial_drawing={"objects": list(state.start.strokes)},
            return_image_data=True,
            key=key,
        )
    except (AttributeError, KeyError, TypeError) as error:  # it reads the browser's answer without a check
        raise DrawingError(_REFUSED) from error


def _checked(result: CanvasResult) -> _Answer:
    """Check what the browser sent. Raises `DrawingError` for what no canvas would send."""
    try:
        png = result.image_bytes or b""
        raw = result.json_data or {}
        strokes, paper = raw.get("objects", []), raw.get("background", "")
    except (AttributeError, TypeError, ValueError) as error:
        raise DrawingError(_REFUSED) from error
    if not isinstance(strokes, list) or not all(isinstance(stroke, dict) for stroke in strokes):
        raise DrawingError(_REFUSED)
    if len(strokes) > MOST_STROKES or len(png) > MOST_BYTES:
        raise DrawingError(f"This drawing is too large: at most {MOST_STROKES} strokes. Reload the page.")
    number = _PAPER.fullmatch(str(paper))
    return _Answer(Drawing(tuple(strokes), png), int(number[1]) if number else -1)


_queue = st.components.v2.component(
    "digits_canvas_queue",
    isolate_styles=False,
    js=joined_javascript(Path(__file__).with_name("canvas.js")),
)
