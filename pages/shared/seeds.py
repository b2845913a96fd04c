"""Which seed a new run takes: people who train the same settings at the same time see how much is chance."""

from __future__ import annotations

from dataclasses import replace

from mnist_core.config import TrainConfig
from mnist_core.runs import DatasetInfo, Run
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice
from pages.shared import services
from pages.visit import session

SEEDS_TRIED = 64
"""More people than a class has."""


def seed_for(config: TrainConfig, images: DatasetChoice) -> int:
    """Return the smallest seed with which nobody else in this store has trained these settings on these images.

    Runs of the terminal have no owner and do not count.
    """
    mine = ("", session.owner())
    return _smallest_without([run for run in runs_alike(config, images) if run.owner not in mine])


def unused_seed(config: TrainConfig, images: DatasetChoice) -> int:
    """Return the smallest seed with which nobody at all has trained these settings on these images."""
    return _smallest_without([*runs_alike(config, images)])


def runs_alike(config: TrainConfig, images: DatasetChoice) -> list[Run]:
    """Return everybody's runs that differ from these settings in the seed at most, newest first."""
    if not isinstance(images, DatasetInfo):  # a mixture that is not made yet
        return []
    configs = [replace(config, seed=seed) for seed in {*range(SEEDS_TRIED), config.seed}]
    return services.store().runs_with_settings(configs, images.sha256)


def _smallest_without(runs: list[Run]) -> int:
    taken = {run.config.seed for run in runs}
    return next((seed for seed in range(SEEDS_TRIED) if seed not in taken), SEEDS_TRIED)
