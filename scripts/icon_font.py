"""Makes the font of the icons that the app and Streamlit's own controls show: a twentieth of Streamlit's.

    make icons

Streamlit brings along all of Material Symbols: 4,309 names and 375 kB, which each browser fetches on its first visit.
The other icons are dropped, with the rules that make them of their names. The licence is that of Material Symbols
(https://github.com/google/material-design-icons), Apache 2.0: see `pages/icons/NOTICE.md`.

To be run after a new icon, and after another version of Streamlit: a test says so.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path

import streamlit as st
from fontTools.subset import Options, Subsetter, save_font
from fontTools.ttLib import TTFont

from pages.server.icon_font import FONT_OF_ALL_ICONS, ICON_FONT

PROJECT = Path(__file__).resolve().parents[1]
STREAMLIT = Path(st.__file__).parent
LETTERS = f"{string.ascii_lowercase}{string.digits}_"
"""Of which the names of icons consist."""
SOURCES = (
    *((PROJECT / folder, kind) for folder in ("pages", "mnist_core") for kind in ("py", "js", "toml", "po")),
    (STREAMLIT, "py"),
    (STREAMLIT / "static" / "static" / "js", "js"),
)
"""Folders, and the kinds of files in them that name icons."""


def named_icons() -> set[str]:
    """Return the names of all icons in the code of the app and of Streamlit."""
    files = [file for folder, kind in SOURCES for file in folder.rglob(f"*.{kind}")]
    return {name for file in files for name in re.findall(r":material/([a-z0-9_]+)", file.read_text(encoding="utf-8"))}


def icons_in(font: TTFont) -> dict[str, str]:
    """Return the icons of a font: the names of their glyphs by their own names, of which a ligature makes them."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    return {
        "".join(letters[it] for it in (first, *ligature.Component)): ligature.LigGlyph
        for first, ligatures in _ligatures(font)
        for ligature in ligatures
        if letters.keys() >= {first, *ligature.Component}
    }


def _ligatures(font: TTFont) -> Iterator[tuple[str, list]]:
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            yield from getattr(table, "ExtSubTable", table).ligatures.items()


def main() -> None:
    """Write the subset."""
    font = TTFont(FONT_OF_ALL_ICONS, recalcTimestamp=False)
    icons = icons_in(font)
    options = Options(layout_features=["*"], layout_closure=False, hinting=False, flavor="woff2")
    subsetter = Subsetter(options)
    subsetter.populate(glyphs=[icons[name] for name in named_icons() & icons.keys()], text=LETTERS)
    subsetter.subset(font)
    save_font(font, str(ICON_FONT), options)
    print(f"{ICON_FONT.relative_to(PROJECT)}: {len(icons_in(font))} icons, {ICON_FONT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
