"""In which situation a run is, in words: its badge, and what there is to say of a wait or a failure."""

from __future__ import annotations

import json
from typing import Literal, NamedTuple

from mnist_core.engine import trouble
from mnist_core.runs import Run, State
from pages.shared import services

_BADGES = {
    State.ACTIVE: ("Training", "blue"),
    State.PAUSED: ("Paused", "orange"),
    State.FINISHED: ("Finished", "green"),
    State.STOPPED: ("Stopped", "gray"),
    State.FAILED: ("Failed", "red"),
}


class Notice(NamedTuple):
    """A sentence in a box."""

    kind: Literal["info", "warning", "error"]
    icon: str
    text: str


class Situation(NamedTuple):
    """What a page says of a run besides its numbers and curves."""

    badge: str
    colour: str  # of the badge, one of Streamlit's names
    notice: Notice | None


def situation_of(run: Run) -> Situation:
    """Return the situation of a run at this moment."""
    badge, colour = _BADGES[run.state]
    if run.state is State.ACTIVE and run.step == 0:
        badge = "Waiting"
    if run.imported:
        badge = "Imported"
    return Situation(badge, colour, _notice(run))


def page_of(run: Run) -> str:
    """Return all that the page of a run is drawn from, but for its numbers and curves: with another, it is out of date.

    Some ten words, to be compared and not to be read.
    """
    concluded = run.state.ended and run.test_accuracy is not None
    return json.dumps([*situation_of(run), run.name, run.config.epochs, run.step > 0, concluded])


def _notice(run: Run) -> Notice | None:
    if run.state is State.FAILED:
        return Notice("error", ":material/error:", run.message)
    if run.state is State.ACTIVE and not run.leased:
        return _waiting(run)
    return None


def _waiting(run: Run) -> Notice | None:
    """Say why an active run is in nobody's hands, and what happens next."""
    workers = services.store().workers()
    if not workers:
        then = "once that is put right." if trouble.text else "as soon as one is back, usually within seconds."
        text = f"No worker is alive at the moment, so nothing is trained. Your run is safe and goes on by itself {then}"
        return Notice("warning", ":material/hourglass_empty:", text)
    if not any(worker.ready for worker in workers):
        text = "The workers are warming up, which takes a few seconds. Your run starts by itself."
        return Notice("info", ":material/hourglass_top:", text)
    if run.step > 0:
        return None
    earlier = services.store().queue_place(run.id)
    place = f"{earlier} runs are before it" if earlier > 1 else "one run is before it" if earlier else "it is next"
    text = f"Your run is in the queue: {place}. You train one run at a time; it starts by itself."
    return Notice("info", ":material/hourglass_top:", text)
