"""A fake clock and a fake trainer: time passes only when a test says so, and training learns nothing.

So what a worker does in a minute, and in which second, is known exactly, and shown in no time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from weakref import WeakSet

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset
from mnist_core.evaluation import Score
from mnist_core.evaluation.metrics import Measurement
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.workers.worker import Worker


class FakeClock:
    """Stands for the module `time`, and for the database's clock."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class FakeTrainer:
    """Stands for `training.Trainer`: a chunk of 26 steps takes 0.05 s of the clock."""

    clock: FakeClock
    chunk_seconds = 0.05
    checkpoint_seconds = 0.01
    compile_seconds = 0.0
    built: ClassVar[list[TrainConfig]] = []
    """The settings for which a network was compiled, one after the other."""
    alive: ClassVar[WeakSet[FakeTrainer]] = WeakSet()
    meanwhile: Callable[[FakeTrainer], object] | None = None
    """What happens in the world during each chunk."""

    def __init__(self, config: TrainConfig, dataset: Dataset, checkpoint: Checkpoint | None = None) -> None:
        self.compiled_for, self.compiled = config, False
        self.built.append(config)
        self.alive.add(self)
        self.start(config, checkpoint, dataset)

    def start(self, config: TrainConfig, checkpoint: Checkpoint | None, dataset: Dataset) -> None:
        self.config, self.dataset = config, dataset
        self.per_epoch = config.steps_per_epoch(len(dataset.train_images))
        self.step = checkpoint.step if checkpoint else 0

    @property
    def done(self) -> bool:
        return self.step >= self.per_epoch * self.config.epochs

    def extend(self, epochs: int) -> None:
        self.config = TrainConfig(**{**vars(self.config), "epochs": epochs})

    def train_chunk(self) -> ProgressPoint:
        epoch, first = divmod(self.step, self.per_epoch)
        self.step += min(26, self.per_epoch - first)
        self.clock.sleep(self.chunk_seconds if self.compiled else self.chunk_seconds + self.compile_seconds)
        self.compiled = True
        if self.meanwhile:
            type(self).meanwhile(self)  # type: ignore[misc]
        return ProgressPoint(self.step, epoch + 1, 0.5, 0.8)

    def checkpoint(self) -> Checkpoint:
        self.clock.sleep(self.checkpoint_seconds)
        return Checkpoint(self.step, b"a network", b"an optimizer")

    def measure(self) -> Measurement:
        return Measurement(Score(0.1, 0.97))


def beat(worker: Worker, clock: FakeClock, seconds: float, between: Callable[[], Any] = lambda: None) -> list[float]:
    """Let a worker's heartbeat go on for so many seconds of the clock; return when it beat.

    `between` is called between any two beats.
    """
    beats, end = [clock.now], clock.now + seconds

    def wait(timeout: float) -> None:
        clock.now += timeout
        between()
        beats.append(clock.now)
        if clock.now > end:
            worker.stopping.set()

    worker.stopping.wait = wait  # type: ignore[method-assign, assignment]
    worker._send_heartbeats()
    worker.stopping.clear()
    return beats[:-1]


def turns_of(worker: Worker) -> list[int]:
    """Let a worker serve all who wait, to the end; return which run it had in each turn."""
    served: list[int] = []
    claim = worker.queue.claim

    def noting(*arguments: Any) -> Any:
        turn = claim(*arguments)
        if turn:
            served.append(turn.run.id)
        return turn

    worker.queue.claim = noting  # type: ignore[method-assign, assignment]
    while worker.work():
        pass
    return served
