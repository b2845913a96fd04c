"""The style sheet of all pages: see server/index_page.py."""

from __future__ import annotations

from pathlib import Path

from pages.shared.probability_bars import STYLE as BARS_STYLE

FILES = (
    *("main.css", "start/page.css", "train/page.css", "evaluate/page.css"),
    *("shared/drawing/live_answer.css", "shared/drawing/prediction.css"),
)
"""Below this folder, in their order in the sheet."""


def style_sheet() -> str:
    """Return the style sheet."""
    files = [(Path(__file__).parent / name).read_text(encoding="utf-8") for name in FILES]
    return "\n".join([*files, BARS_STYLE])
