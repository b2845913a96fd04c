"""A run in an app without workers whose progress the test reports itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mnist_core.config import TrainConfig
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import State, WorkQueue, leases
from scripts.running_app import RunningApp

STEPS = 118
"""Of an epoch: 60,000 images in batches of 512, the last one not full."""


class ControlledRun:
    """A run that goes on only by `learn`."""

    def __init__(self, app: RunningApp, run_id: int) -> None:
        self.store, self.queue = app.store, WorkQueue(app.store)
        self.id = run_id
        self.url = f"{app.url}/train?run={run_id}"
        self.step = 0
        self.take()

    def learn(self, step: int, loss: float, accuracy: float, test_accuracy: float | None = None) -> None:
        """Have it come to a step, at the end of an epoch with a test accuracy, as a worker reports it."""
        test_loss = None if test_accuracy is None else loss
        point = ProgressPoint(step, 1 + (step - 1) // STEPS, loss, accuracy, test_loss, test_accuracy)
        self.queue.record(self.turn, [point], seconds=0.1)
        self.step = step

    def pause(self) -> None:
        self.store.pause(self.id)
        self.release()

    def release(self) -> None:
        """Put it down, as a worker does that has seen a wish to pause or to stop."""
        checkpoint = Checkpoint(self.step, b"a network", b"an optimizer")
        self.queue.record(self.turn, [], 0.0, checkpoint, release=True)

    def resume(self) -> None:
        self.store.resume(self.id)
        self.take()

    def take(self) -> None:
        self.queue.heartbeat("pretender", ready=True)
        turn = self.queue.claim("pretender", self.id)
        assert turn is not None
        self.turn = turn


@contextmanager
def controlled_run(app: RunningApp, epochs: int = 5, owner: str = "") -> Iterator[ControlledRun]:
    """Have such a run, of a network of 16 units, which is over afterwards."""
    config = TrainConfig(hidden_units=16, epochs=epochs, batch_size=512)
    with control(app, app.store.submit(config, owner=owner)) as run:
        yield run


@contextmanager
def control(app: RunningApp, run_id: int) -> Iterator[ControlledRun]:
    """Take a run that waits for a worker; nobody takes it for dead as long as the `with` lasts. Stop it afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leases, "LEASE_SECONDS", 600)
        run = ControlledRun(app, run_id)
        yield run
        if run.store.run(run.id).state is State.ACTIVE:
            run.store.stop(run.id)
