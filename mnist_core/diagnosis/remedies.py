"""What helps a run that has failed and would fail again: other settings to train anew with."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from mnist_core.config import TrainConfig, lower_learning_rate
from mnist_core.runs.records import Failure, Run


class Cure(NamedTuple):
    """Settings to train anew with, and a label that says so."""

    label: str
    config: TrainConfig


def cure_of(run: Run) -> Cure | None:
    """Return what to train in place of a failed run that cannot go on; None for one that can, or has not failed."""
    if run.failure is Failure.DIVERGED:
        rate = lower_learning_rate(run.config)
        return Cure(f"Train again with learning rate {rate:g}", replace(run.config, learning_rate=rate))
    if run.failure is Failure.CHECKPOINT:
        return Cure("Train again from the start", run.config)
    return None
