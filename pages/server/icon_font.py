"""The font of the icons that are shown, and Streamlit's font of all icons, which is 20 times as large.

`scripts/icon_font.py` makes the one of the other, and `compressed_files.py` sends it in its place. A rule for the same
family in the style sheet would not do: Streamlit has browsers load the family when it starts (`preloadIconFont`), and
they load all fonts of that name.
"""

from __future__ import annotations

from pathlib import Path

from pages.server.headers import INDEX_PAGE

ICON_FONT = Path(__file__).parents[1] / "icons" / "icons.woff2"
(FONT_OF_ALL_ICONS,) = INDEX_PAGE.parent.glob("static/media/MaterialSymbols-Rounded.*.woff2")
