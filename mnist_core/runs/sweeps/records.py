"""Records of sweeps: immutable data. Times are seconds since 1970 (UTC)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mnist_core.config import TrainConfig
from mnist_core.evaluation import Score
from mnist_core.runs.claims import Lease
from mnist_core.runs.run_records import Parent, Run, SweepState
from mnist_core.search.plan import Plan


@dataclass(frozen=True)
class Sweep:
    """One sweep: its plan and its state. `made` counts the planned runs that were started or skipped.

    `importance` is the share (0 to 1) of each varied setting in the variation of the accuracy; empty until the end.
    All its runs start from the weights of `parent`; None for random ones.
    """

    id: int
    name: str
    owner: str = field(repr=False)
    nickname: str
    dataset: str
    dataset_sha256: str
    plan: Plan
    state: SweepState
    message: str
    made: int
    importance: dict[str, float]
    created_at: float
    updated_at: float
    parent: Parent | None = None


Curves = dict[int, dict[int, float]]
"""The validation accuracy (0 to 1) of each run after each epoch, by run id and epoch (from 1)."""


@dataclass(frozen=True)
class SweepTurn:
    """A worker's right to advance a sweep, and all data that it needs.

    `runs` are all runs of the sweep, deleted ones included. `workers` is the number of workers that are ready to train.
    """

    sweep: Sweep
    lease: Lease
    runs: tuple[Run, ...]
    curves: Curves
    judged: dict[int, int]
    workers: int


class NewRun(NamedTuple):
    """A run to start: the number of its setting, and its settings."""

    trial: int
    config: TrainConfig


@dataclass(frozen=True)
class Decision:
    """The result of a turn: runs to `start`, `prune` or `stop`, and whether the sweep is `finished`.

    Runs in `prune` are worse than the others; runs in `stop` are ended by the limit on training time. `judged` is the
    step up to which each run has been judged for pruning. `made` is the new count of planned runs that were started or
    skipped. `tested` holds the test scores of the runs of the best setting.
    """

    made: int
    start: Sequence[NewRun] = ()
    prune: Sequence[int] = ()
    stop: Sequence[int] = ()
    judged: dict[int, int] = field(default_factory=dict)
    finished: bool = False
    message: str = ""
    importance: dict[str, float] = field(default_factory=dict)
    tested: dict[int, Score] = field(default_factory=dict)
