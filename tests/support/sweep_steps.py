"""Moves sweeps on whose runs are recorded instead of trained."""

import hashlib

import numpy as np

from mnist_core.config import TrainConfig
from mnist_core.network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import Run, RunStore, State, WorkQueue
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.schema import blobs
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.space import Space
from mnist_core.sweeps.advance import advance_next_sweep

TINY = TrainConfig(hidden_units=8, epochs=1, batch_size=2000)
GRID = Space.parse({"hidden_units": "8, 12, 16", "learning_rate": "0.001, 0.01, 0.03"})


def record_epochs(store: RunStore, run: Run, accuracies: list[float], seconds: float = 1.0) -> None:
    """Train a run in no time: with these validation accuracies after its epochs."""
    queue = WorkQueue(store)
    turn = queue.claim("pretender", run.id)
    assert turn is not None
    steps = run.steps_per_epoch
    points = [
        ProgressPoint(steps * epoch, epoch, 0.5, 0.8, None, None, 0.4, accuracy)
        for epoch, accuracy in enumerate(accuracies, 1)
    ]
    queue.record(turn, points, seconds, Checkpoint(points[-1].step, b"a network", b"an optimizer"), release=True)


def active_runs(sweeps: SweepStore, sweep_id: int) -> list[Run]:
    return [run for run in sweeps.runs(sweep_id) if run.state is State.ACTIVE]


def has_finished(sweeps: SweepStore, sweep_id: int) -> bool:
    """Whether a sweep has ended well."""
    sweep = sweeps.sweep(sweep_id)
    assert sweep.state is not SweepState.FAILED, sweep.message
    return sweep.state is SweepState.FINISHED


def conclude(store: RunStore, sweeps: SweepStore, sweep_id: int) -> None:
    """Put real networks where the pretended runs have none, then let the sweep conclude."""
    network = random_network().to_bytes()
    with store.writing() as connection:
        values = {"data": network, "sha256": hashlib.sha256(network).hexdigest()}
        connection.execute(blobs.update().where(blobs.c.kind == "network").values(values))
    assert advance_next_sweep(sweeps, "worker")


def random_network() -> Network:
    """A network that reads some images right by chance."""
    random = np.random.default_rng(0)
    return Network.from_weights([random.normal(size=size) for size in ((784, 8), (8,), (8, 10), (10,))], "relu")


def train_in_turn(store: RunStore, sweeps: SweepStore, accuracies: list[float]) -> None:
    """Let a sweep go on, one run after another, to these validation accuracies after a single epoch each."""
    for accuracy in accuracies:
        assert advance_next_sweep(sweeps, "worker")
        (sweep, *_) = sweeps.sweeps()
        (run,) = active_runs(sweeps, sweep.id)
        record_epochs(store, run, [accuracy])
