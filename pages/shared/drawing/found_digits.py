"""Several digits in one picture: their bounding boxes, and which of them is selected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.drawing import Box
from mnist_core.reading.digit import Digit
from mnist_core.text.escape import for_html, for_markdown
from mnist_core.text.words import Read, percent
from pages.components.gallery.gallery import photo_url, sprite_url
from pages.shared.drawing.prediction import ordinal
from pages.visit import session
from pages.visit.language import _

_FRAMES_STYLE = """
.frames { position: relative; pointer-events: none; }
.frames img { display: block; width: 100%; border-radius: 4px; }
.frames i { position: absolute; box-sizing: border-box; border: 2px dashed #56b4e9; border-radius: 4px;
    box-shadow: 0 0 0 1px rgb(0 0 0 / 0.55), inset 0 0 0 1px rgb(0 0 0 / 0.55); }
.frames i.chosen { border: 3px solid #e69f00; }
.frames i span { position: absolute; left: -2px; bottom: 100%; padding: 0 0.3rem; border-radius: 4px 4px 0 0;
    background: #56b4e9; color: #000; font: 600 0.75rem/1.15rem var(--font, sans-serif); font-style: normal; }
.frames i.chosen span { background: #e69f00; }
.frames i.low span { bottom: auto; top: 0; border-radius: 0 0 4px 0; }
"""

_OVER_CANVAS_STYLE = """
.st-key-draw_stage { position: relative; }
.st-key-draw_box { isolation: isolate; }  /* the layers of the canvas stay below the frames */
.st-key-draw_stage > div:has(.frames) { position: absolute; top: 0; left: 0; z-index: 1; pointer-events: none;
    width: var(--canvas-side); }  /* of which the screen of a phone may be wider */
"""
CANVAS_CONTAINER = "draw_stage"
"""Key of the container with the canvas and the frames over it."""
_SELECTED = "draw_which"

_CHOICE_STYLE = """
.st-key-draw_which [role=radio] { height: auto; padding: 0.35rem 0.6rem; }
.st-key-draw_which [role=radio]::before { content: ""; width: 40px; height: 40px; flex: none; margin-right: 0.5rem;
    border-radius: 4px; background-size: cover; image-rendering: pixelated; }
"""


def frames_over_canvas(digits: Sequence[Digit], side: int) -> None:
    """Draw bounding boxes over the canvas, `side` pixels wide and high. Call it after the canvas, in its container."""
    if len(digits) > 1:
        square = f'<div class="frames" style="aspect-ratio: 1">{_frames(digits, side, side)}</div>'
        st.html(f"<style>{_FRAMES_STYLE}{_OVER_CANVAS_STYLE}</style>{square}")


def framed_photo(shown: NDArray[np.uint8], digits: Sequence[Digit]) -> None:
    """Show a picture (H, W, 3) as it came in, with a frame around each digit."""
    height, width = shown.shape[:2]
    words = _framed(len(digits))
    picture = f'<img src="{photo_url(shown)}" alt="{for_html(words)}">'
    st.html(f'<style>{_FRAMES_STYLE}</style><div class="frames">{picture}{_frames(digits, height, width)}</div>')


def selected_index(digits: Sequence[Digit]) -> int:
    """Return the index of the selected digit, 0 by default."""
    chosen = session.widget(_SELECTED, 0)
    return chosen if isinstance(chosen, int) and 0 <= chosen < len(digits) else 0


def reset_selection() -> None:
    """Select the first digit again, for another picture."""
    session.forget_widget(_SELECTED)


def select_digit(digits: Sequence[Digit], row: Sequence[Read]) -> None:
    """Let people select one of several digits by its picture. A single digit needs no selection."""
    if len(digits) < 2:
        return
    pictures = "".join(
        f".st-key-draw_which [role=radio]:nth-of-type({number})::before {{ background-image: url({_url(digit)}); }}"
        for number, digit in enumerate(digits, 1)
    )
    st.html(f"<style>{_CHOICE_STYLE}{pictures}</style>")
    session.set_widget(_SELECTED, selected_index(digits))
    labels = [_label(index, read) for index, read in enumerate(row)]
    st.segmented_control(
        _("Which one to look at"),
        range(len(digits)),
        required=True,
        format_func=labels.__getitem__,
        key=_SELECTED,
        label_visibility="collapsed",
    )


def _label(index: int, read: Read) -> str:
    """Return the label beside the picture. It contains the place, since Streamlit treats equal labels as one option."""
    return f"{ordinal(index)}: {for_markdown(read.name)}{'' if read.sure else '?'}, {percent(read.confidence, 0)}"


def _url(digit: Digit) -> str:
    return sprite_url(np.rint(digit.image[None] * 255).astype(np.uint8))


def _framed(number: int) -> str:
    if number == 0:
        return _("The uploaded picture, with nothing found in it")
    if number == 1:
        return _("The uploaded picture, with a frame around what was found")
    return _("The uploaded picture, with {number} frames around what was found", number=number)


def _frames(digits: Sequence[Digit], height: int, width: int) -> str:
    chosen = selected_index(digits)
    return "".join(
        _frame(digit.box, index, height, width, index == chosen)
        for index, digit in enumerate(digits)
        if digit.box is not None
    )


def _frame(box: Box, index: int, height: int, width: int, chosen: bool) -> str:
    place = (
        f"left:{100 * box.left / width:.2f}%;top:{100 * box.top / height:.2f}%;"
        f"width:{100 * (box.right - box.left) / width:.2f}%;height:{100 * (box.bottom - box.top) / height:.2f}%"
    )
    kind = " ".join(name for name, holds in (("chosen", chosen), ("low", box.top < 0.08 * height)) if holds)
    return f'<i class="{kind}" style="{place}"><span>{ordinal(index)}</span></i>'
