"""The input of the rules: the state of one run, as far as it is known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from mnist_core.diagnosis.hints.chunk_means import Chunk, chunks_of
from mnist_core.evaluation.measurement import TEST, VALIDATION, RunScores
from mnist_core.evaluation.silent_units import SilentUnits
from mnist_core.evaluation.wrong_labels import WrongLabels
from mnist_core.ledger import RunResult
from mnist_core.model.numpy_network import Network
from mnist_core.progress import ProgressPoint
from mnist_core.runs.run_records import History, Run, State

LATEST = 0.25
"""Epochs: the latest loss is that of the last quarter of one."""
OVERSHOT = 1.5
"""Times the loss of guessing, log(classes). In healthy trainings, no chunk has a mean loss above that."""

RISE = 1.15
"""The smallest factor by which a loss rises that is no accident."""


class EarlierRun(NamedTuple):
    """A finished run of the same person on the same images, and what it reads of the test images."""

    run: Run
    result: RunResult


@dataclass(frozen=True)
class Facts:
    """A run, its history, and what is known of its images and its network.

    `train_images` counts the training images of its dataset, `classes` its classes. `baseline` is the accuracy (0 to 1)
    of always answering with the most frequent class of the training images. What follows is known of a run that has
    ended: the `scores` of its network, its `silent` units, its `result` on the test images, that of `earlier` runs, the
    newest first, the `network` itself, and what it makes of the `wrong_labels`, if there are any.
    """

    run: Run
    history: History
    train_images: int
    classes: int
    baseline: float
    scores: RunScores | None = None
    silent: SilentUnits | None = None
    result: RunResult | None = None
    earlier: tuple[EarlierRun, ...] = ()
    network: Network | None = None
    wrong_labels: WrongLabels | None = None

    @cached_property
    def chunks(self) -> list[Chunk]:
        """The means over each chunk of the training."""
        return chunks_of(self.history, self.run.config, self.train_images)

    @property
    def latest_loss(self) -> float:
        """The mean training loss (nats) of the last quarter of an epoch, while the weights changed. Needs a chunk."""
        latest = [chunk for chunk in self.chunks if chunk.epochs > self.chunks[-1].epochs - LATEST]
        return sum(chunk.loss * chunk.examples for chunk in latest) / sum(chunk.examples for chunk in latest)

    @property
    def loss_of_guessing(self) -> float:
        """The loss (nats) of giving each class the same probability: 2.303 for ten classes."""
        return math.log(self.classes)

    @cached_property
    def overshot(self) -> float | None:
        """The highest mean loss (nats) of a chunk, if it is far above that of guessing.

        A network of another run may begin far above it, sure of wrong answers; then the loss must have risen since.
        """
        if not self.chunks:
            return None
        highest = max(chunk.loss for chunk in self.chunks)
        risen = self.run.parent is None or highest >= RISE * self.chunks[0].loss
        return highest if risen and highest > OVERSHOT * self.loss_of_guessing else None

    @property
    def finished(self) -> bool:
        """Whether the run was trained to its end."""
        return self.run.state is State.FINISHED

    @property
    def new_images(self) -> str:
        """Which images show how well the network reads new ones: held-out ones if there are any, else the test's."""
        return VALIDATION if self.history.validated else TEST

    @cached_property
    def losses_of_new_images(self) -> list[tuple[int, float]]:
        """Each epoch's number, from 1, and the loss (nats) on `new_images` at its end."""
        if self.new_images == VALIDATION:
            return [(it.epoch, it.validation_loss) for it in self.history.validated if it.validation_loss is not None]
        return [(it.epoch, it.test_loss) for it in self.history.tested if it.test_loss is not None]

    @cached_property
    def ends_of_epochs(self) -> list[ProgressPoint]:
        """The last point of each full epoch, whose loss is the mean over that epoch."""
        return [it for it in self.history.points if it.step % self.history.steps_per_epoch == 0]
