"""Draws digits on the canvas of the Draw page in a browser, with the mouse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator, Page

Point = tuple[float, float]

STROKES: dict[str, list[Point]] = {
    "0": [(0.5 + 0.22 * math.sin(turn / 4), 0.5 - 0.34 * math.cos(turn / 4)) for turn in range(26)],
    "1": [(0.53, 0.15), (0.5, 0.5), (0.47, 0.85)],
    "3": [
        *((0.3, 0.2), (0.5, 0.13), (0.68, 0.24), (0.62, 0.4), (0.45, 0.47)),
        *((0.66, 0.56), (0.7, 0.74), (0.52, 0.87), (0.3, 0.8)),
    ],
    "7": [(0.27, 0.2), (0.7, 0.2), (0.55, 0.5), (0.42, 0.85)],
}
"""One stroke for each digit: the points of its path, as fractions of the canvas."""


def draw_with_mouse(page: Page, digit: str) -> None:
    """Draw a digit of `STROKES` by dragging the mouse."""
    first, *others = _on_canvas(page, digit)
    page.mouse.move(*first)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point, steps=4)
    page.mouse.up()


def inside(area: Locator, across: float, down: float) -> Point:
    """Return the point on the screen at these fractions of an element's width and height."""
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    if box is None:
        raise ValueError("the area is not on the screen")
    return inside_box(box, across, down)


def inside_box(box: FloatRect, across: float, down: float) -> Point:
    """Return the same of an element's bounding box."""
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def _on_canvas(page: Page, digit: str) -> list[Point]:
    canvas = page.locator("canvas.upper-canvas")
    return [inside(canvas, across, down) for across, down in STROKES[digit]]
