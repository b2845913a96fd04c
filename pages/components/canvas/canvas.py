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
from pages.components.canvas.state import EMPTY, SIDE, Drawing, Question, Sheet, compact, parse_question
from pages.components.javascript import joined_javascript
from pages.visit import cache, session

INK = "#ffffff"
PAPER = "hsl({}, 0%, 0%)"
"""White on black like MNIST's own pictures, in the light theme as in the dark one. Black is black in every hue: the
hue is the number of the sheet, which comes back with the strokes, since Fabric.js repeats the colour as it was told."""

_PAPER = re.compile(r"hsl\((\d{1,9}), 0%, 0%\)")

MOST_STROKES = 300
MOST_BYTES = 1_000_000  # of the picture as PNG; a scribble all over the canvas has 20,000

_REFUSED = "The canvas sent something that is not a drawing. Reload the page and draw again."


def canvas(key: str, brush: int) -> Drawing:
    """Draw the canvas, with a brush `brush` pixels wide, and return what is on it.

    A new stroke reruns the script (or the fragment). The buttons for `undo` and `clear` have the keys `key`_undo and
    `key`_clear. Raises `DrawingError` for what no canvas would send.
    """
    sheet = _latest(key)
    if session.get(key, None) is None or session.widget(f"{key}_canvas", None) is None:
        sheet = sheet.restart()  # a visit begins: what was drawn before comes back
    with st.container(key=f"{key}_box"):
        result = _browser_canvas(f"{key}_canvas", brush, sheet)
        answer = _received(result)
        sheet = _with_answer(sheet, answer)
        _tend(
            key=f"{key}_tend",
            data={
                "key": f"st-key-{key}",
                "number": sheet.number,
                "pressed": sheet.pressed,
                "known": len(sheet.shown.strokes),
                "shown": answer.number == sheet.number,
                "presses": {"undo": sheet.can_undo, "clear": bool(sheet.shown.strokes)},
                "heard": _asked(key).at,
            },
            default={"asked": None},
            on_asked_change=lambda: None,
            height=0,
        )
    _keep(key, sheet)
    return sheet.shown


def undo(key: str) -> None:
    """Take back the last stroke, or the last `clear`. For a button's `on_click`."""
    _keep(key, _latest(key).undo())


def clear(key: str) -> None:
    """Empty the canvas. For a button's `on_click`."""
    _keep(key, _latest(key).clear())


def can_undo(key: str) -> bool:
    """Whether there is something to take back."""
    sheet: Sheet = session.get(key, Sheet())
    return sheet.can_undo


class _Answer(NamedTuple):
    """What the browser sent: a drawing, without a picture if there is none yet, and the sheet that it is on."""

    drawing: Drawing
    number: int


def _asked(key: str) -> Question:
    """Return what canvas.js asked last."""
    state: Any = session.widget(f"{key}_tend", None)
    return parse_question(state.get("asked") if isinstance(state, Mapping) else None)


def _latest(key: str) -> Sheet:
    """Return the sheet with what the browser has told by now: callbacks run before the canvas is drawn.

    A visit that has none yet begins with what was last drawn in this browser and can be undone, and with what that
    still shows, as after a restart of the server.
    """
    sheet: Sheet | None = session.get(key, None)
    answer = _waiting(key)
    if sheet is None:
        sheet = cache.get(key, Sheet())
        sheet = replace(sheet, number=max(sheet.number, answer.number if answer else 0))
    sheet = _with_answer(sheet, answer) if answer else sheet
    return sheet.press(_asked(key))


def _waiting(key: str) -> _Answer | None:
    """Return the canvas's answer as the browser has told it; None if there is none, or a bad one."""
    state: Any = session.widget(f"{key}_canvas", None)
    drawing = state.get("drawing") if isinstance(state, Mapping) else None
    if not isinstance(drawing, Mapping):
        return None
    with suppress(DrawingError):
        return _received(CanvasResult(drawing.get("raw"), drawing.get("data"), True))
    return None


def _keep(key: str, sheet: Sheet) -> None:
    before: Sheet | None = session.get(key, None)
    session.put(key, sheet)
    if before is None or before.history != sheet.history:
        history, size = compact(sheet.history, cache.MAX_BYTES)
        cache.put(key, replace(sheet, history=history, start=EMPTY), size)


def _with_answer(sheet: Sheet, answer: _Answer) -> Sheet:
    return sheet.receive(*answer) if answer.drawing.png else sheet


def _browser_canvas(key: str, brush: int, sheet: Sheet) -> CanvasResult:
    """Draw the component. What it is told to show counts as new only when `number` differs."""
    try:
        return st_canvas(
            width=SIDE,
            height=SIDE,
            stroke_width=brush,
            stroke_color=INK,
            background_color=PAPER.format(sheet.number),
            initial_drawing={"objects": list(sheet.start.strokes)},
            return_image_data=True,
            key=key,
        )
    except (AttributeError, KeyError, TypeError) as error:  # it reads the browser's answer without a check
        raise DrawingError(_REFUSED) from error


def _received(result: CanvasResult) -> _Answer:
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


_tend = st.components.v2.component(
    "digits_canvas_tend",
    isolate_styles=False,
    js=joined_javascript(Path(__file__).with_name("canvas.js")),
)
