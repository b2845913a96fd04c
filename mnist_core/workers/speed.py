"""The speed at which a worker trains, relative to the cost model: estimates of training times are scaled by it."""

from __future__ import annotations

import math

from mnist_core.config import TrainConfig
from mnist_core.estimate import seconds_per_step

MEMORY_SECONDS = 10.0
"""Seconds of training after which what was measured before counts 1 / e. A slice of a crowd takes a quarter of one."""


class Speed:
    """A mean over the last seconds of training: what the cost model expects for the steps, by what they took.

    So a short measurement counts little, and corrects nothing for long.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._expected = self._took = 0.0

    @property
    def relative(self) -> float | None:
        """Return the speed, 1 for that of the cost model; None before the first measurement."""
        return self._expected / self._took if self._took else None

    def measured(self, config: TrainConfig, steps: int, seconds: float) -> None:
        """Note that so many steps took so many seconds. Nothing must have been compiled meanwhile."""
        if steps <= 0 or seconds <= 0:
            return
        kept = math.exp(-seconds / MEMORY_SECONDS)
        self._expected = kept * self._expected + steps * seconds_per_step(config)
        self._took = kept * self._took + seconds
