"""The settings of a sweep as its runs show them: how far each is, how well it reads, which is best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean, stdev

from mnist_core.config import TrainConfig
from mnist_core.runs import Run, State
from mnist_core.runs.sweeps.records import Sweep
from mnist_core.search.space import Combination, combination_of


@dataclass(frozen=True)
class Trial:
    """One setting of a sweep and its runs, one for each seed begun so far; `seeds` are planned."""

    number: int
    runs: tuple[Run, ...]
    setting: Combination
    seeds: int

    @property
    def config(self) -> TrainConfig:
        """The settings of its first run."""
        return self.runs[0].config

    @property
    def complete(self) -> bool:
        """Whether all its runs were trained to their end, so that it can be ranked."""
        finished = [run for run in self.runs if run.state is State.FINISHED and run.deleted_at is None]
        return len(finished) >= self.seeds and all(run.validation_accuracy is not None for run in finished)

    @property
    def given_up(self) -> bool:
        """Whether it will not be complete: one of its runs was stopped, failed, deleted or damaged."""
        gone = (State.STOPPED, State.FAILED, State.DAMAGED)
        return any(run.state in gone or run.deleted_at is not None for run in self.runs)

    @property
    def pruned(self) -> bool:
        """Whether the sweep stopped it early."""
        return any(run.pruned for run in self.runs)

    @property
    def accuracies(self) -> list[float]:
        """The latest validation accuracies (0 to 1) of its runs."""
        return [run.validation_accuracy for run in self.runs if run.validation_accuracy is not None]

    @property
    def accuracy(self) -> float | None:
        """Their mean; None before the first epoch has ended."""
        return fmean(self.accuracies) if self.accuracies else None

    @property
    def spread(self) -> float | None:
        """Their standard deviation over the seeds; None with fewer than two."""
        return stdev(self.accuracies) if len(self.accuracies) > 1 else None

    @property
    def test_accuracy(self) -> float | None:
        """The mean test accuracy of its runs; None unless all were tested, as the winner's are at the end."""
        found = [run.test_accuracy for run in self.runs if run.test_accuracy is not None]
        return fmean(found) if found and len(found) == len(self.runs) else None

    @property
    def words(self) -> str:
        """Where it stands, in a word or two."""
        if self.pruned:
            return "stopped early"
        if self.complete:
            return "finished"
        if any(run.state is State.FAILED for run in self.runs):
            return "failed"
        if self.given_up:
            return "stopped"
        return "paused" if all(run.state is State.PAUSED for run in self.runs) else "training"


@dataclass(frozen=True)
class Saving:
    """What stopping early saved: epochs that were not trained, and about how many seconds."""

    trials: int
    epochs: int
    seconds: float


def trials_of(sweep: Sweep, runs: Sequence[Run]) -> list[Trial]:
    """Return the settings that a sweep has begun, in their order, from all its runs in that order."""
    names = sweep.plan.space.names
    return [
        Trial(number or 0, tuple(own := list(group)), combination_of(own[0].config, names), sweep.plan.seeds)
        for number, group in groupby(runs, key=lambda run: run.trial)
    ]


def ranked(trials: Sequence[Trial]) -> list[Trial]:
    """Return the complete settings, the best validation accuracy first; of equals the one begun first."""
    complete = [trial for trial in trials if trial.complete]
    return sorted(complete, key=lambda trial: (-(trial.accuracy or 0.0), trial.number))


def epochs_done(runs: Sequence[Run]) -> float:
    """Return how many epochs the runs have trained, with fractions."""
    return sum(run.step / run.steps_per_epoch for run in runs)


def saving(trials: Sequence[Trial]) -> Saving:
    """Return what stopping early saved; the seconds at the pace of the very runs that were stopped."""
    stopped = [trial for trial in trials if trial.pruned]
    epochs, seconds = 0.0, 0.0
    for trial in stopped:
        done = epochs_done(trial.runs)
        missed = trial.seeds * trial.config.epochs - done
        epochs += missed
        seconds += missed * sum(run.seconds for run in trial.runs) / max(done, 1e-9)
    return Saving(len(stopped), math.floor(epochs), seconds)
