"""The line of a lesson's bar that is always in view: the step, its title and its tick. It folds what is below it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components.javascript import joined_javascript
from pages.lessons.current_lesson import CurrentLesson
from pages.visit.language import _

_FOLDER = Path(__file__).parent
# Hidden until it has its words: a button without any has no name for screen readers.
_HTML = """
<button type="button" hidden><span class="place"></span> <strong></strong>
<span class="tick" hidden>✓ <span></span></span></button>
<p role="status"></p>
"""

_component = st.components.v2.component(
    "digits_lesson_line",
    html=_HTML,
    css=_FOLDER.joinpath("lesson_line.css").read_text(encoding="utf-8"),
    js=joined_javascript(_FOLDER / "lesson_line.js"),
)


def show_line(current: CurrentLesson, done: bool) -> None:
    """Draw the line of a step or of the end; screen readers are told of each new step, and when it is done."""
    step, last = current.step, len(current.lesson.steps)
    place = _("Step {step} of {steps}", step=current.number, steps=last) if step else _("The end")
    data = {
        "lesson": _("Lesson: {title}", title=current.lesson.title),
        "place": place,
        "title": step.title if step else current.lesson.title,
        "done": _("Done") if done else "",
        "isDone": _("{step} is done.", step=place),
        "folds": step is not None,
    }
    _component(key="lesson_line", data=data)
