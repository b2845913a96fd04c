"""Claims: what the store gives to a worker that claims a run, and what it replies to a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from mnist_core.progress import Checkpoint
from mnist_core.runs.run_records import Run, State


class Lease(NamedTuple):
    """A worker's right to work on one row of a table. `number`, that of its turn, guards every write. See `leases`."""

    table: str
    id: int
    number: int
    worker: str


@dataclass(frozen=True)
class Turn:
    """A worker's right to advance one run until its lease expires, and all data that it needs.

    `checkpoint` is None before the first one, unless the run starts from the weights of another one. `waiting` counts
    the other pending runs, jobs and sweeps, `workers` those that are ready to train. `units` are those in the snapshots
    of the run (see `evaluation.network_snapshot`); () before the first snapshot.
    """

    run: Run
    lease: Lease
    checkpoint: Checkpoint | None
    waiting: int
    workers: int
    units: tuple[int, ...] = ()


class TurnStatus(NamedTuple):
    """The reply to a worker's report: whether to continue, up to which epoch, and how many others wait."""

    state: State
    epochs: int
    waiting: int
    deleted: bool

    @property
    def wanted(self) -> bool:
        """Whether the run should be trained further."""
        return self.state is State.ACTIVE and not self.deleted
