"""What the run store knows of sweeps: plain, frozen records. Times are seconds since 1970 (UTC)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mnist_core.config import TrainConfig
from mnist_core.evaluation import Score
from mnist_core.runs.records import Lease, Run, SweepState
from mnist_core.search.plan import Plan


@dataclass(frozen=True)
class Sweep:
    """One sweep: its plan, where it stands, and `made`: how many of the planned runs were begun or passed over.

    `importance` is each varied setting's share (0 to 1) of what the accuracy depended on; empty until the end.
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


Curves = dict[int, dict[int, float]]
"""For each run its validation accuracy (0 to 1) after each epoch, counted from 1."""


@dataclass(frozen=True)
class SweepTurn:
    """A worker's right to advance a sweep, and all there is to know for that.

    `runs` are all that the sweep has made, deleted ones too; `workers` are ready to train.
    """

    sweep: Sweep
    lease: Lease
    runs: tuple[Run, ...]
    curves: Curves
    judged: dict[int, int]
    workers: int


class NewRun(NamedTuple):
    """A run to begin: the number of its setting, and all that it is trained with."""

    trial: int
    config: TrainConfig


@dataclass(frozen=True)
class Decision:
    """What a turn has decided: new runs to `start`, others to `prune` or `stop`, whether the sweep is `finished`.

    `prune` are runs that do worse than the others, `stop` those that the limit on training time ends. `judged` says up
    to which step a run has been looked at for pruning. `made` is the new count of planned runs that were begun or
    passed over. `tested` are the test values of the winner's runs.
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
