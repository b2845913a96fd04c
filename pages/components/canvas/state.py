"""What a drawing canvas shows and has shown: strokes, pictures, undo. Plain data, without Streamlit."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing import DrawingError

SIDE = 280
"""Width and height of the picture in pixels: ten for each of MNIST's."""

SHOWN_SIDE = 336
"""The same on the screen, in CSS's pixels; canvas.js makes it so. A phone of 390 has room for no more."""

MOST_UNDOS = 50


@dataclass(frozen=True)
class Drawing:
    """A state of the canvas: its strokes as fabric.js describes them, first to last, and its picture as PNG.

    After undo the picture may, for the moment until the browser has sent it, still be the one before.
    """

    strokes: tuple[dict[str, Any], ...] = ()
    png: bytes = b""

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The picture, RGBA (280, 280, 4). Raises `DrawingError` if the browser sent something else."""
        try:
            image = Image.open(io.BytesIO(self.png), formats=["PNG"])
            if image.size != (SIDE, SIDE):  # known from the first bytes, before anything is unpacked
                raise DrawingError(f"The canvas sent {image.size[0]} × {image.size[1]} pixels, not {SIDE} × {SIDE}.")
            return np.asarray(image.convert("RGBA"))
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            raise DrawingError("The canvas sent a damaged picture. Press Clear and draw again.") from None

    @property
    def pen(self) -> float | None:
        """The width in pixels with which all strokes were drawn, or None if they differ."""
        widths = [stroke.get("strokeWidth") for stroke in self.strokes]
        width = widths[0] if widths and widths.count(widths[0]) == len(widths) else None
        return float(width) if isinstance(width, (int, float)) and 1 <= width <= SIDE else None

    @property
    def size(self) -> int:
        """Bytes of its picture and of its strokes as JSON."""
        return len(self.png) + len(json.dumps(self.strokes))


EMPTY = Drawing()
History = tuple[Drawing, ...]
"""The states of a canvas that undo goes back to, the last one being shown."""


def compact(history: Sequence[Drawing], most_bytes: int) -> tuple[History, int]:
    """Return the history made small, to be kept for a long time, and its size in bytes.

    A state to which strokes were added shares them with the state that they led to, and has its picture too, until
    the browser has sent one of its own, as after undo. The oldest states go where all take more than `most_bytes`.
    """
    later = history[-1]
    kept, size = [later], later.size
    for state in reversed(history[:-1]):
        if len(state.strokes) < len(later.strokes):
            later = replace(later, strokes=later.strokes[: len(state.strokes)]) if state.strokes else EMPTY
        else:  # before Clear
            later, size = state, size + state.size
            if size > most_bytes:
                return tuple(reversed(kept)), size - state.size
        kept.append(later)
    return tuple(reversed(kept)), size


class Request(NamedTuple):
    """What a browser asks: to undo or clear the revision of that `number`, or only what is known; and when it asked."""

    press: str | None = None
    number: int = 0
    at: int = 0


def parse_request(value: Any) -> Request:
    """Return what a browser asked; a request for nothing for anything that is not of exactly that form."""
    if not isinstance(value, Mapping):
        return Request()
    press, number, at = (value.get(name) for name in Request._fields)
    if type(number) is not int or type(at) is not int or press not in (None, "undo", "clear"):
        return Request()
    return Request(press, number, at)


@dataclass(frozen=True)
class CanvasState:
    """What a canvas shows and has shown.

    `start` is what the canvas in the browser was last told to show, for the `number`th time; `pressed` is the number
    for which a press was counted last.
    """

    history: History = (EMPTY,)
    start: Drawing = EMPTY
    number: int = 0
    pressed: int = -1

    @property
    def shown(self) -> Drawing:
        """The drawing as it is now."""
        return self.history[-1]

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return len(self.history) > 1

    def restart(self) -> CanvasState:
        """Have the canvas show the drawing anew."""
        return replace(self, start=self.shown, number=self.number + 1)

    def undo(self) -> CanvasState:
        """Go back by one stroke, or to before `clear`."""
        return replace(self, history=self.history[:-1] or (EMPTY,)).restart()

    def clear(self) -> CanvasState:
        """Go on with an empty canvas."""
        return replace(self, history=(*self.history, EMPTY)[-MOST_UNDOS:]).restart()

    def press(self, request: Request) -> CanvasState:
        """Undo or clear, if that is asked of the revision of this number: what a browser repeats counts once."""
        if request.press is None or request.number != self.number:
            return self
        return replace(self.undo() if request.press == "undo" else self.clear(), pressed=self.number)

    def receive(self, drawing: Drawing, number: int) -> CanvasState:
        """Take over what came from a canvas that was told what to show for the `number`th time.

        Browsers answer late: what belongs to an earlier number was drawn over by then, and counts for nothing. Quick
        strokes come several at once; each is a step of its own for undo. As many strokes as are shown are the
        canvas's echo of what it was told to show, or a rerun's of what is known, with the picture of it.
        """
        before, now = len(self.shown.strokes), len(drawing.strokes)
        if number != self.number or now < before:
            return self
        steps = tuple(replace(drawing, strokes=drawing.strokes[:count]) for count in range(before + 1, now))
        history = (*self.history[:-1], drawing) if now == before else (*self.history, *steps, drawing)
        return replace(self, history=history[-MOST_UNDOS:])
