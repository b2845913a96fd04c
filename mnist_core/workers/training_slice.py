"""A slice of training: from the claim of a run to its release, with reports to the store in between."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from mnist_core.progress import ProgressPoint
from mnist_core.runs import State, Turn, TurnStatus, WorkQueue
from mnist_core.workers.epoch_recorder import EpochRecorder
from mnist_core.workers.recorder import Recorder
from mnist_core.workers.slice_length import slice_seconds

if TYPE_CHECKING:
    from mnist_core.training import Trainer

REPORT_SECONDS = 0.2
"""How often progress is written, at most. Pages can so update curves at 2 Hz or more."""
CHECKPOINT_COST_RATIO = 20
"""While nobody waits, the time between checkpoints is at least this multiple of what the last one took."""
SHORTEST_CHECKPOINT_INTERVAL = 1.0


class TrainingSlice:
    """Trains a run chunk by chunk, reports, and releases it when others wait or it should not continue."""

    def __init__(self, queue: WorkQueue, turn: Turn, trainer: Trainer, others: bool = False) -> None:
        """`others` says whether the worker has other work, so that the slice ends even if no run waits."""
        self.others = others
        self.queue, self.turn, self.trainer = queue, turn, trainer
        self.status = TurnStatus(turn.run.state, turn.run.config.epochs, turn.waiting, deleted=False)
        self.points: list[ProgressPoint] = []
        self.recorder = Recorder(trainer, turn.units) if trainer.tests else None  # it reads test images
        self.epochs = EpochRecorder(trainer) if trainer.tests else None
        self.started = self.reported = self.saved = time.monotonic()
        self.checkpoint_cost = 0.0
        self._measured_from = (self.started, trainer.step)

    def run(self, stopping: Callable[[], bool]) -> None:
        """Train until the run ends or is not wanted, the slice is over while others wait, or the worker stops."""
        budget = slice_seconds(self.turn)
        while not self.trainer.done:
            compiles = not self.trainer.compiled
            self.points.append(self.trainer.train_chunk())
            if compiles:
                self._measured_from = (time.monotonic(), self.trainer.step)
            for recorder in (self.recorder, self.epochs):
                if recorder:
                    recorder.after_chunk(self.points[-1])
            now = time.monotonic()
            if now - self.reported >= REPORT_SECONDS and not self.trainer.done:
                self._report(checkpoint=self._needs_checkpoint(now), release=False)
            over = (self.others or self.status.waiting > 0) and now - self.started >= budget
            if stopping() or over or not self.status.wanted:
                break
        self._report(checkpoint=True, release=True)

    @property
    def steps_and_seconds(self) -> tuple[int, float]:
        """How many steps were trained, and in how many seconds, everything included but a chunk that was compiled."""
        since, step = self._measured_from
        return self.trainer.step - step, time.monotonic() - since

    def _needs_checkpoint(self, now: float) -> bool:
        interval = max(SHORTEST_CHECKPOINT_INTERVAL, CHECKPOINT_COST_RATIO * self.checkpoint_cost)
        return now - self.saved >= interval

    @property
    def _over(self) -> bool:
        """Whether the run has ended, as far as is known. Its network is measured then."""
        return self.trainer.done or self.status.state is State.STOPPED

    def _report(self, checkpoint: bool, release: bool) -> None:
        before = time.monotonic()
        saved = self.trainer.checkpoint() if checkpoint else None
        measured = self.trainer.measure() if release and self._over else None
        snapshots = self.recorder.take_snapshots() if self.recorder else []
        ended = self.epochs.take() if self.epochs else []
        seconds = before - self.reported
        self.status = self.queue.record(self.turn, self.points, seconds, saved, release, measured, snapshots, ended)
        self.trainer.extend(self.status.epochs)
        self.points = []
        self.reported = time.monotonic()
        if checkpoint:
            self.saved, self.checkpoint_cost = self.reported, self.reported - before
