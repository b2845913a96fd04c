"""Trains a network from its first to its last step in this process, without a store."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import overload

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset
from mnist_core.model.numpy_network import Network
from mnist_core.progress import Checkpoint
from mnist_core.training.trainer import Trainer


@dataclass(frozen=True)
class Progress:
    """The progress of a training. `loss` and `accuracy` are the running means over the epoch.

    The test values are None except at the end of an epoch. So are the validation values, which are always None if no
    images are held out. `seconds` is the time since the start. Only the last one has the `network`.
    """

    epoch: int
    step: int
    steps: int
    loss: float
    accuracy: float
    test_loss: float | None
    test_accuracy: float | None
    seconds: float
    network: Network | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None


@overload
def train(
    config: TrainConfig, dataset: Dataset, on_progress: None = None, start: Network | None = None
) -> Iterator[Progress]: ...
@overload
def train(
    config: TrainConfig, dataset: Dataset, on_progress: Callable[[Progress], object], start: Network | None = None
) -> None: ...
def train(
    config: TrainConfig,
    dataset: Dataset,
    on_progress: Callable[[Progress], object] | None = None,
    start: Network | None = None,
) -> Iterator[Progress] | None:
    """Train a network from its first to its last step, from the weights of `start` or else from random ones.

    Returns an iterator of `Progress`; with `on_progress`, calls it with each one and returns None.
    Raises `ConfigError` if a batch is larger than the training set, `BadCheckpoint` if the settings do not describe the
    layers of `start`, `TrainingDiverged`.
    """
    progress = _progress(config, dataset, start)
    if on_progress is None:
        return progress
    for item in progress:
        on_progress(item)
    return None


def _progress(config: TrainConfig, dataset: Dataset, start: Network | None) -> Iterator[Progress]:
    trainer = Trainer(config, dataset, None if start is None else Checkpoint(0, start.to_bytes(), b""))
    started = time.perf_counter()
    while not trainer.done:
        for point in trainer.train_epoch():
            network = trainer.network() if trainer.done else None
            yield Progress(
                point.epoch,
                point.step,
                trainer.steps,
                point.loss,
                point.accuracy,
                point.test_loss,
                point.test_accuracy,
                time.perf_counter() - started,
                network,
                point.validation_loss,
                point.validation_accuracy,
            )
