"""The trials of a sweep, derived from its runs: the progress, accuracy and rank of each setting."""

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
    """One setting of a sweep and its runs: one for each seed started so far, of the `seeds` that are planned.

    No further run will be started if `sweep_ended`.
    """

    number: int
    runs: tuple[Run, ...]
    setting: Combination
    seeds: int
    sweep_ended: bool = False

    @property
    def config(self) -> TrainConfig:
        """The settings of its first run."""
        return self.runs[0].config

    @property
    def complete(self) -> bool:
        """Whether all its runs have finished, so that it can be ranked."""
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
        """The mean test accuracy of its runs; None unless all were tested, as for the best setting at the end."""
        found = [run.test_accuracy for run in self.runs if run.test_accuracy is not None]
        return fmean(found) if found and len(found) == len(self.runs) else None

    @property
    def words(self) -> str:
        """Its state in words."""
        if self.pruned:
            return "stopped early"
        if self.complete:
            early = any(run.stopped_early for run in self.runs)
            return "finished early" if early else "finished"
        if any(run.state is State.FAILED for run in self.runs):
            return "failed"
        if self.given_up or (self.sweep_ended and all(run.state.ended for run in self.runs)):
            return "stopped"
        return "paused" if all(run.state is State.PAUSED for run in self.runs) else "training"


@dataclass(frozen=True)
class Saving:
    """What pruning saved: epochs that were not trained, and about how many seconds."""

    trials: int
    epochs: int
    seconds: float


def trials_of(sweep: Sweep, runs: Sequence[Run]) -> list[Trial]:
    """Return the trials of a sweep. `runs` are all its runs in the order of their trials."""
    plan, ended = sweep.plan, sweep.state.ended
    return [
        Trial(number or 0, tuple(own := list(group)), combination_of(own[0].config, plan.space), plan.seeds, ended)
        for number, group in groupby(runs, key=lambda run: run.trial)
    ]


def ranked(trials: Sequence[Trial]) -> list[Trial]:
    """Return the complete trials, best validation accuracy first. Ties are in the order of their numbers."""
    complete = [trial for trial in trials if trial.complete]
    return sorted(complete, key=lambda trial: (-(trial.accuracy or 0.0), trial.number))


def epochs_done(runs: Sequence[Run]) -> float:
    """Return the number of epochs that the runs have trained, with fractions."""
    return sum(run.step / run.steps_per_epoch for run in runs)


def saving(trials: Sequence[Trial]) -> Saving:
    """Return what pruning saved. The seconds are estimated from the speed of the pruned runs."""
    stopped = [trial for trial in trials if trial.pruned]
    epochs, seconds = 0.0, 0.0
    for trial in stopped:
        done = epochs_done(trial.runs)
        missed = trial.seeds * trial.config.epochs - done
        epochs += missed
        seconds += missed * sum(run.seconds for run in trial.runs) / max(done, 1e-9)
    return Saving(len(stopped), math.floor(epochs), seconds)
