"""The small font of icons has what the app and Streamlit show: another icon would be shown as its name."""

from __future__ import annotations

from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from pages.server.icon_font import FONT_OF_ALL_ICONS, ICON_FONT
from scripts.icon_font import icons_in, named_icons


def outlines(font: TTFont, names: set[str]) -> dict[str, list]:
    """The icons of these names as drawing commands."""
    icons, glyphs, found = icons_in(font), font.getGlyphSet(), {}
    for name in names & icons.keys():
        pen = RecordingPen()
        glyphs[icons[name]].draw(pen)
        found[name] = pen.value
    return found


def test_every_icon_that_is_named_is_in_the_font():
    named = named_icons()
    expected = outlines(TTFont(FONT_OF_ALL_ICONS), named)
    assert {"home", "model_training", "keyboard_double_arrow_left"} <= expected.keys()
    assert outlines(TTFont(ICON_FONT), named) == expected, "make icons"
