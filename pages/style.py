"""The style sheet of all pages: see server/index_page.py.

Rules with `:has()` can cost more than all the rest, since Chromium asks at each change of a page which elements they
concern: a class or an attribute stands before each `:has()`, and a class of its own in what follows it
(docs/performance.md, What a change costs the browser).
"""

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
