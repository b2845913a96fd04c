"""Runs, sweeps and ledgers as plain records: no store, no training, every figure known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from mnist_core.config import TrainConfig
from mnist_core.ledger import frame_of
from mnist_core.runs import Run, State
from mnist_core.runs.claims import Lease
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.records import Curves, Sweep, SweepTurn
from mnist_core.search.plan import Plan
from mnist_core.sweeps.trials import Trial
from tests.support.visits import ME

FIRST_OF_MARCH = 1_772_323_200.0
"""1 March 2026, 0:00 UTC."""
DAY = 86_400.0

_FINISHED = Run(
    id=1,
    name="",
    owner=ME,
    nickname="Ada",
    config=TrainConfig(),
    dataset="mnist",
    state=State.FINISHED,
    step=5 * 469,
    steps_per_epoch=469,
    loss=0.05,
    accuracy=0.985,
    test_loss=0.09,
    test_accuracy=0.975,
    seconds=12.0,
    message="",
    created_at=FIRST_OF_MARCH,
    updated_at=FIRST_OF_MARCH,
    deleted_at=None,
    pinned=False,
    imported="",
    leased=False,
    train_loss=0.04,
    train_accuracy=0.99,
)


def run(number: int = 1, **changes: Any) -> Run:
    """A finished run; settings and fields of `Run` may be given by their names."""
    settings = {name: changes.pop(name) for name in tuple(changes) if name in TrainConfig.__dataclass_fields__}
    return replace(_FINISHED, id=number, config=TrainConfig(**settings), **changes)


def new_run(number: int = 1, **changes: Any) -> Run:
    """A run of which nothing is known yet but its settings."""
    unknown = dict.fromkeys(("loss", "accuracy", "test_loss", "test_accuracy", "train_loss", "train_accuracy"))
    return run(number, **unknown | {"state": State.ACTIVE, "step": 0, "seconds": 0.0} | changes)


FIVE_RUNS = (
    run(1, hidden_units=64, test_accuracy=0.970, train_accuracy=0.98, seconds=10.0),
    run(2, hidden_units=128, optimizer="adam", test_accuracy=0.976, tags=("week-1", "odd")),
    run(3, hidden_units=512, optimizer="adam", test_accuracy=0.982, seed=1, augment=True),
    run(4, hidden_units=64, test_accuracy=0.974, train_accuracy=0.99, seconds=14.0, seed=1),
    new_run(5, hidden_units=32),
)
"""Four finished runs, of which the first and the fourth differ in their seed alone, and one that has just begun."""


def frame(*runs: Run) -> pd.DataFrame:
    """A ledger of these runs."""
    return frame_of(runs, {})


def sweep_run(number: int, trial: int, accuracy: float | None, state: State = State.FINISHED, **changes: Any) -> Run:
    """A run of a sweep: validated and not tested."""
    unknown = dict.fromkeys(("test_loss", "test_accuracy", "train_loss", "train_accuracy"))
    told = {"sweep_id": 1, "trial": trial, "validation_accuracy": accuracy, "state": state, "epochs": 1, "step": 391}
    return run(number, **unknown | told | {"steps_per_epoch": 391, "validation_images": 10_000} | changes)


def sweep_of(plan: Plan, **changes: Any) -> Sweep:
    """A sweep that is going."""
    going = Sweep(1, "", ME, "", "mnist", "", plan, SweepState.ACTIVE, "", 0, {}, FIRST_OF_MARCH, FIRST_OF_MARCH)
    return replace(going, **changes)


def turn_of(
    plan: Plan, runs: Sequence[Run], curves: Curves | None = None, workers: int = 1, **changes: Any
) -> SweepTurn:
    """A worker's turn to move a sweep on, in which nothing was judged before."""
    sweep = sweep_of(plan, **{"made": len(runs)} | changes)
    return SweepTurn(sweep, Lease("sweeps", 1, 1, "w"), tuple(runs), curves or {}, {it.id: 0 for it in runs}, workers)


def trial(number: int, accuracy: float, **setting: Any) -> Trial:
    """A complete setting of a sweep with one seed."""
    return Trial(number, (sweep_run(number + 1, number, accuracy, **setting),), setting, 1)
