"""Which runs belong to one experiment: they have the same tag, made of the number of the first of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from mnist_core.config import TrainConfig
from mnist_core.experiments.ready_experiments import EXPERIMENTS, Experiment
from mnist_core.runs.run_records import Run

_TAG = re.compile(r"experiment-[0-9]+")


class ExperimentRuns(NamedTuple):
    """An experiment that somebody has started, and its runs as far as they are still there, in the order of values."""

    experiment: Experiment
    runs: tuple[Run, ...]

    @property
    def ended(self) -> bool:
        """Whether all runs have ended."""
        return all(run.state.ended and not run.leased for run in self.runs)


def experiment_tag(run: Run | int) -> str:
    """Return the tag of the experiment whose first run has this number, or that this run belongs to; "" for none."""
    if isinstance(run, int):
        return f"experiment-{run}"
    return next((tag for tag in run.tags if _TAG.fullmatch(tag)), "")


def find_experiment(runs: Sequence[Run]) -> ExperimentRuns | None:
    """Return the experiment of runs with the same tag; None for a single one, and for others that were tagged so.

    They share a seed, whichever it is. A run may have been trained for more epochs since.
    """
    if len(runs) < 2 or len({run.config.seed for run in runs}) > 1:
        return None
    for experiment in EXPERIMENTS:
        wanted = [_varied(config) for config in experiment.configs]
        if all(_varied(run.config) in wanted for run in runs):
            ordered = sorted(runs, key=lambda run: wanted.index(_varied(run.config)))
            return ExperimentRuns(experiment, tuple(ordered))
    return None


def _varied(config: TrainConfig) -> TrainConfig:
    return replace(config, epochs=1, seed=0)
