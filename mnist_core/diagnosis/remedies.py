"""The remedy for a run that cannot continue from where it failed: to train it again from the start.

What to try after a run that diverged is among the hints.
"""

from __future__ import annotations

from typing import NamedTuple

from mnist_core.config import TrainConfig
from mnist_core.runs.run_records import Failure, Run
from mnist_core.text.sentence import marked


class Remedy(NamedTuple):
    """Settings for a new run, and the label of the button that starts it."""

    label: str
    config: TrainConfig


def remedy_for(run: Run) -> Remedy | None:
    """Return the remedy for a failed run; None if it can be resumed, would fail again, or has not failed."""
    return Remedy(marked("Train again from the start"), run.config) if run.failure is Failure.CHECKPOINT else None
