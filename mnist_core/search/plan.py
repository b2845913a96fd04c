"""The plan of a sweep: what varies, how settings are chosen, how many there are, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.estimate import require_memory, seconds_per_epoch
from mnist_core.model.architecture import CLASSES
from mnist_core.search.options import DEFAULT_VALIDATION_IMAGES, LONGEST_HOURS, MOST_RUNS, MOST_SEEDS, Sampler
from mnist_core.search.space import Combination, Space, apply, ends

RUN_OVERHEAD_SECONDS = 0.5
"""The overhead of a run: building a network of a new shape, starting and ending the run."""


@dataclass(frozen=True)
class Plan:
    """A plan to try `trials` settings, each with `seeds` seeds from `base.seed` on. A grid fixes `trials`.

    `limit_seconds` limits the training time of all runs together; None is no limit. With `pruning`, settings that are
    worse than the median of the earlier ones after the same epoch are stopped. Raises `ConfigError` for an impossible
    plan.
    """

    base: TrainConfig
    space: Space
    sampler: Sampler = Sampler.GRID
    trials: int = 20
    seeds: int = 1
    limit_seconds: float | None = None
    pruning: bool = False

    def __post_init__(self) -> None:
        if self.sampler is Sampler.GRID:
            object.__setattr__(self, "trials", self.space.grid_size)
        elif self.space.size is not None:
            object.__setattr__(self, "trials", min(self.trials, self.space.size))
        if not self.base.validation_images:
            object.__setattr__(self, "base", replace(self.base, validation_images=DEFAULT_VALIDATION_IMAGES))
        if self.trials < 1:
            raise ConfigError("A sweep tries at least 1 setting, not {trials}.", trials=self.trials)
        if not 1 <= self.seeds <= MOST_SEEDS:
            raise ConfigError(
                "Each setting is trained with 1 to {most} seeds, not {seeds}.", most=MOST_SEEDS, seeds=self.seeds
            )
        if self.runs > MOST_RUNS:
            raise ConfigError(
                "That would be {runs:,} runs; a sweep has at most {most}. Take fewer values or seeds, or let "
                "fewer settings be chosen at random or by TPE.",
                runs=self.runs,
                most=MOST_RUNS,
            )
        if self.limit_seconds is not None and not 1 <= self.limit_seconds <= 3600 * LONGEST_HOURS:
            raise ConfigError("The limit must be from 1 second to {most:g} hours, or none.", most=LONGEST_HOURS)

    @property
    def runs(self) -> int:
        """The number of runs, if none is pruned."""
        return self.trials * self.seeds

    def require_possible(self, images: int, classes: int = CLASSES) -> None:
        """Raise `ConfigError` if a setting does not fit this number of training images, or the memory."""
        for config in self.space.extremes(self.base):
            config.steps_per_epoch(images)
            require_memory(config, classes=classes)

    def seconds(self, images: int, classes: int = CLASSES, speed: float = 1.0) -> float:
        """Return the estimated seconds of all runs in sequence, at `speed` times the speed in `estimate`."""
        some = self._some()
        mean = sum(config.epochs * seconds_per_epoch(config, images, classes) for config in some) / len(some)
        return self.runs * (mean + RUN_OVERHEAD_SECONDS) / speed

    def run_config(self, setting: Combination, seed: int) -> TrainConfig:
        """Return the settings of a run: `setting`, with the seed of that number (from 0)."""
        config = apply(self.base, setting)
        return replace(config, seed=(config.seed + seed) % 2**31)

    def _some(self) -> list[TrainConfig]:
        """Return settings to estimate the time from: the whole grid, or the two ends of a large space."""
        if self.space.grid_size <= MOST_RUNS:
            return [apply(self.base, setting) for setting in self.space.grid()]
        return [
            apply(self.base, {name: ends(values)[end] for name, values in self.space.varied.items()}) for end in (0, -1)
        ]
