"""Whether a step of a lesson is done, by what the store knows of the learner's runs and drawings."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from mnist_core.errors import UserError
from mnist_core.ledger.filter import matching
from mnist_core.lessons.criterion import is_met
from mnist_core.lessons.lesson import Step
from pages.shared import services
from pages.visit import session


def own_frame() -> pd.DataFrame:
    """Return the ledger's frame of this browser's runs, newest first."""
    everybodys = services.all_runs()
    owner = session.owner()
    return everybodys.frame.loc[[run.id for run in everybodys.runs if run.owner == owner]]


def newest_run(filter_text: str) -> int | None:
    """Return the number of this browser's newest run that matches a filter of the ledger; None if none does."""
    try:
        found = matching(own_frame(), filter_text)
    except UserError:  # a lesson file is checked for that
        return None
    return int(found.index.max()) if len(found) else None


def is_done(step: Step, page: str, reached_at: float, own_runs: Callable[[], pd.DataFrame] = own_frame) -> bool:
    """Whether the criterion of a step, first reached at that time, is met for who looks at `page`; never without one.

    `own_runs` returns what `own_frame` does: whoever asks for several steps lets it keep the frame.
    """
    criterion = step.criterion
    if criterion is None or (criterion.visited and page != step.page):
        return False
    drawings = services.handwriting().count_of(session.owner(), reached_at) if criterion.drawings else 0
    return is_met(criterion, own_runs(), drawings)
