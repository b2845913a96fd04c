"""The drawing canvas: what streamlit-drawable-canvas gives, with undo and clear, kept over reruns and visits.

Everything that comes back from it was sent by a browser, and is checked before it is used.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit_drawable_canvas import CanvasResult, st_canvas

from mnist_core.drawing import DrawingError
from pages.shared import session
from pages.shared.sheet import EMPTY, SIDE, Drawing, Sheet

INK, PAPER = "#ffffff", "#000000"
"""White on black like MNIST's own pictures, in the light theme as in the dark one."""

MOST_STROKES = 300
MOST_BYTES = 1_000_000  # of the picture as PNG; a scribble all over the canvas has 20,000

_REFUSED = "The canvas sent something that is not a drawing. Reload the page and draw again."


def canvas(key: str, brush: int) -> Drawing:
    """Draw the canvas, with a brush `brush` pixels wide, and return what is on it.

    A new stroke reruns the script (or the fragment). Raises `DrawingError` for what no canvas would send.
    """
    sheet = session.get(key, Sheet())
    if session.widget(f"{key}_canvas", None) is None:  # a visit begins: what was drawn before comes back
        sheet = replace(sheet.restart(), seen=EMPTY)
    with st.container(key=f"{key}_box"):
        result = _browser_canvas(f"{key}_canvas", brush, sheet)
        _tidy(key=f"{key}_tidy", data={"box": f"st-key-{key}_box"}, height=0)
    drawing = _received(result)
    sheet = sheet.receive(drawing) if drawing.png else sheet
    session.put(key, sheet)
    return sheet.shown


def undo(key: str) -> None:
    """Take back the last stroke, or the last `clear`. For a button's `on_click`."""
    session.put(key, session.get(key, Sheet()).undo())


def clear(key: str) -> None:
    """Empty the canvas. For a button's `on_click`."""
    session.put(key, session.get(key, Sheet()).clear())


def can_undo(key: str) -> bool:
    """Whether there is something to take back."""
    return len(session.get(key, Sheet()).history) > 1


def _browser_canvas(key: str, brush: int, sheet: Sheet) -> CanvasResult:
    """Draw the component. What it is told to show counts as new only when `number` differs."""
    try:
        return st_canvas(
            width=SIDE,
            height=SIDE,
            stroke_width=brush,
            stroke_color=INK,
            background_color=PAPER,
            initial_drawing={"objects": list(sheet.start.strokes), "sheet": sheet.number},
            return_image_data=True,
            key=key,
        )
    except (AttributeError, KeyError, TypeError) as error:  # it reads the browser's answer without a check
        raise DrawingError(_REFUSED) from error


def _received(result: CanvasResult) -> Drawing:
    """Return what the browser sent; without a picture if it has not sent any yet."""
    try:
        png = result.image_bytes or b""
        strokes = (result.json_data or {}).get("objects", [])
    except (AttributeError, TypeError, ValueError) as error:
        raise DrawingError(_REFUSED) from error
    if not isinstance(strokes, list) or not all(isinstance(stroke, dict) for stroke in strokes):
        raise DrawingError(_REFUSED)
    if len(strokes) > MOST_STROKES or len(png) > MOST_BYTES:
        raise DrawingError(f"This drawing is too large: at most {MOST_STROKES} strokes. Reload the page.")
    return Drawing(tuple(strokes), png)


# The canvas has a toolbar of its own, which shows when a mouse is over it. On touch screens it is never seen, but lies
# on the upper right corner and swallows the strokes there. Its undo and clear are buttons of the page here, so it goes.
# The component sits in a shadow root, out of reach of the page's styles, and may come later than this script.
_tidy = st.components.v2.component(
    "digits_canvas_tidy",
    isolate_styles=False,
    js="""
    const STYLE = `.dc-toolbar { display: none !important } .dc-container { border-radius: 4px; overflow: hidden }`
    const LABEL = 'Canvas: draw a digit here with the mouse, a finger or a pen'

    function tidy(root) {
        const canvas = root?.querySelector('.upper-canvas')
        if (!canvas) return false
        if (!root.querySelector('style[data-digits]')) {
            const style = document.createElement('style')
            style.dataset.digits = ''
            style.textContent = STYLE
            root.append(style)
        }
        canvas.setAttribute('role', 'img')
        canvas.setAttribute('aria-label', LABEL)
        return true
    }

    export default function ({ data }) {
        let frame = 0
        const look = () => {
            const hosts = [...document.querySelectorAll(`.${data.box} *`)].filter((element) => element.shadowRoot)
            if (!hosts.some((host) => tidy(host.shadowRoot))) frame = requestAnimationFrame(look)
        }
        look()
        return () => cancelAnimationFrame(frame)
    }
    """,
)
