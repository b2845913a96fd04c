"""Whether a learner has done what a step asks for."""

from __future__ import annotations

import pandas as pd

from mnist_core.ledger.filter import matching
from mnist_core.lessons.lesson import Criterion


def is_met(criterion: Criterion, frame: pd.DataFrame, drawings: int, visited: bool = True) -> bool:
    """Return whether all parts of a criterion hold.

    `frame` is the ledger's frame (`ledger.table.frame_of`) of the learner's own runs, `drawings` is how many drawings
    the learner has labelled since first coming to the step, and `visited` whether they have been on the page of the
    step: whoever asks while that page is shown need not say so. Raises `FilterError` for a filter that was not checked
    by `read_lesson`.
    """
    if criterion.visited and not visited:
        return False
    if drawings < criterion.drawings:
        return False
    return not criterion.runs or len(matching(frame, criterion.runs)) >= criterion.count
