"""The app's training loop without a page: `mnist_core.training.train`, which also evaluates after each epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mnist_core.config import LIMITS, TrainConfig
from mnist_core.data import load_dataset
from mnist_core.training import train


def prepare(config: TrainConfig) -> Callable[[], object]:
    """Return a function that takes the steps of one epoch, including an evaluation of the test set."""
    progress = train(replace(config, epochs=int(LIMITS["epochs"].high)), load_dataset())
    latest = next(progress)  # compiles

    def epoch() -> None:
        nonlocal latest
        end = latest.step + latest.steps // int(LIMITS["epochs"].high)
        while latest.step < end:
            latest = next(progress)

    while latest.epoch == 1:  # a smaller last batch is compiled when it first occurs
        latest = next(progress)
    return epoch
