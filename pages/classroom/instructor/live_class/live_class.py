"""The component that shows the runs and the students of a class, live; one press lets the instructor act on a run."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from mnist_core.runs import Classroom
from mnist_core.text.sentence import marked
from pages.classroom.instructor.live_class.state import CURVES, state_of
from pages.components.javascript import joined_javascript
from pages.components.plot.plot import plot
from pages.components.translated import translated_component
from pages.visit.language import _

ADDRESS = "class/runs"
"""The route, relative to the app's own address."""
PAUSE, RESUME, STOP, SHOW = "pause", "resume", "stop", "show"
_LABELS = {
    PAUSE: marked("Pause {run}"),
    RESUME: marked("Resume {run}"),
    STOP: marked("Stop {run}"),
    SHOW: marked("Show to all: {run}"),
}
_ICONS = {PAUSE: "pause", RESUME: "play_arrow", STOP: "stop", SHOW: "cast_for_education"}
_FOLDER = Path(__file__).parent


class Act(NamedTuple):
    """What the instructor asks for: one of the actions above, and a run."""

    action: str
    run: int


def _table(name: str, title: str, columns: list[str]) -> str:
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    return (
        f'<div class="box" tabindex="0" role="region" aria-label="{escape(title)}"><table class="{name}">'
        f"<caption>{escape(title)}</caption><thead><tr>{heads}</tr></thead><tbody></tbody></table></div>"
    )


def _html() -> str:
    runs = _table("runs", _("Runs"), [_("Run"), _("Test"), _("State"), _("Actions")])
    columns = [_("Nickname"), _("Lesson"), _("Runs"), _("Drawings"), _("Last seen")]
    students = _table("students", _("Students"), columns)
    return f'<p class="words"></p><div class="tables">{runs}{students}</div>'


_component = translated_component(
    "digits_live_class",
    _html,
    css=_FOLDER.joinpath("live_class.css").read_text(encoding="utf-8"),
    js=joined_javascript(_FOLDER / "live_class.js"),
)


def live_class(classroom: Classroom) -> Act | None:
    """Draw curves, runs and students of a class, which then follow it; return what was just pressed."""
    (figure, summary), tables = state_of(classroom)
    plot(figure, key=CURVES, summary=summary, height="clamp(18rem, 46dvh, 40rem)")
    data = {
        "address": ADDRESS,
        "plot": CURVES,
        "tables": tables,
        "labels": {name: _(label) for name, label in _LABELS.items()},
        "icons": _ICONS,
    }
    result: Any = _component()(key="live_class", data=data, on_act_change=lambda: None)
    return _act_in(result.act)


def _act_in(asked: Any) -> Act | None:
    """Return what a browser asks for; None if it is nothing that we know."""
    if not isinstance(asked, dict) or asked.get("action") not in _LABELS:
        return None
    number = asked.get("run")
    return Act(asked["action"], int(number)) if isinstance(number, (int, float)) and 0 < number < 2**31 else None
