"""The app's own loop, without a screen: `mnist_core.training.train`, which also reads the test set once an epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mnist_core.config import LIMITS, TrainConfig
from mnist_core.data import load_dataset
from mnist_core.training import train


def prepare(config: TrainConfig) -> Callable[[], object]:
    """Return a function that takes as many steps as an epoch has, the reading of the test set among them."""
    progress = train(replace(config, epochs=int(LIMITS["epochs"].high)), load_dataset())
    place = next(progress)  # compiles

    def epoch() -> None:
        nonlocal place
        end = place.step + place.steps // int(LIMITS["epochs"].high)
        while place.step < end:
            place = next(progress)

    while place.epoch == 1:  # a smaller last batch is compiled at its first time
        place = next(progress)
    return epoch
