"""Remedies for a run that has failed and would fail again: other settings to train with."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from mnist_core.config import TrainConfig, lower_learning_rate, value_in_words
from mnist_core.runs.run_records import Failure, Run


class Remedy(NamedTuple):
    """Settings for a new run, and the label of the button that starts it."""

    label: str
    config: TrainConfig


def remedy_for(run: Run) -> Remedy | None:
    """Return the remedy for a failed run that cannot be resumed; None if it can be, or has not failed."""
    if run.failure is Failure.DIVERGED:
        rate = lower_learning_rate(run.config)
        return Remedy(f"Train again with learning rate {value_in_words(rate)}", replace(run.config, learning_rate=rate))
    if run.failure is Failure.CHECKPOINT:
        return Remedy("Train again from the start", run.config)
    return None
