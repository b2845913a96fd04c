"""The line of a lesson's bar that is always in view: the step, its title and its tick. It folds what is below it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components.javascript import joined_javascript
from pages.lessons.current_lesson import CurrentLesson

_FOLDER = Path(__file__).parent
_HTML = """
<button type="button"><span class="place"></span> <strong></strong> <span class="tick" hidden>✓ Done</span></button>
<p role="status"></p>
"""

_component = st.components.v2.component(
    "digits_lesson_line",
    html=_HTML,
    css=_FOLDER.joinpath("lesson_line.css").read_text(encoding="utf-8"),
    js=joined_javascript(_FOLDER / "lesson_line.js"),
)


def show_line(current: CurrentLesson, done: bool) -> None:
    """Draw the line of a step; screen readers are told of each new step, and when it is done."""
    step = current.step
    data = {
        "lesson": current.lesson.title,
        "place": f"Step {current.number} of {len(current.lesson.steps)}",
        "title": step.title if step is not None else "",
        "done": done,
    }
    _component(key="lesson_line", data=data)
