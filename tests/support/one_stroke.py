"""A drawing of one straight stroke, as a canvas sends it."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from pages.components.canvas.drawing import Drawing


def one_stroke(place: int, at: int = 1) -> Drawing:
    """Return a stroke from the left or right, at `place` (0 to 280), that was drawn `at` that time."""
    image = Image.new("RGBA", (280, 280), "black")
    ImageDraw.Draw(image).line([(place, 60), (280 - place, 220)], "white", 18)
    file = io.BytesIO()
    image.save(file, "PNG")
    return Drawing((18.0,), file.getvalue(), can_undo=True, at=at)
