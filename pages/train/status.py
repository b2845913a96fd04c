"""The status of a run in words: its badge, and notices of waiting or failure."""

from __future__ import annotations

import time
from typing import Literal, NamedTuple

from mnist_core.runs import Run, State
from mnist_core.text.escape import LONGEST_SENTENCE, clean
from mnist_core.workers.problems import problems
from pages.shared.training_load import training_load
from pages.visit.language import _, ngettext

SHORT_WAIT = 2.0
"""Seconds within which a run usually begins, when it is its turn: no reason to say that it waits."""

_COLOURS = {
    State.ACTIVE: "blue",
    State.PAUSED: "orange",
    State.FINISHED: "green",
    State.FAILED: "red",
    State.DAMAGED: "red",
}


class Notice(NamedTuple):
    """A sentence in a box."""

    kind: Literal["info", "warning", "error"]
    text: str


def badge_of(run: Run) -> tuple[str, str]:
    """Return the word for the state of a run, and its colour, one of Streamlit's names."""
    return run.status, _COLOURS.get(run.state, "gray")


def notice_of(run: Run) -> Notice | None:
    """Return why a run has failed, or why it waits at this moment and what happens next; None where all goes well."""
    if run.state in (State.FAILED, State.DAMAGED):
        return Notice("error", clean(_(run.message), LONGEST_SENTENCE))
    if run.state is State.ACTIVE and not run.leased:
        return _waiting(run)
    return None


def _waiting(run: Run) -> Notice | None:
    load = training_load()
    if not load.workers:
        text = (
            _(
                "No worker is running at the moment, so nothing is trained. The run is safe and continues by itself "
                "once that is fixed."
            )
            if problems.text
            else _(
                "No worker is running at the moment, so nothing is trained. The run is safe and continues by itself "
                "as soon as one is back, usually within seconds."
            )
        )
        return Notice("warning", text)
    if not load.ready:
        return Notice("info", _("The workers are warming up, which takes a few seconds. The run starts by itself."))
    if run.step > 0:
        return None
    earlier = load.before(run.id)
    if not earlier and time.time() - run.updated_at < SHORT_WAIT:
        return None
    place = ngettext("one run is before it", "{number} runs are before it", earlier) if earlier else _("it is next")
    return Notice(
        "info",
        _("The run is in the queue: {place}. Each person trains one run at a time; it starts by itself.", place=place),
    )
