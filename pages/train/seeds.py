"""The seed that the page proposes for a new run, and the runs that differ from it in the seed at most."""

from __future__ import annotations

from dataclasses import replace

from mnist_core.config import TrainConfig
from mnist_core.runs import DatasetInfo, NewSeed, Parent, Run
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice
from mnist_core.runs.seeds import SEEDS_TRIED
from pages.shared import services
from pages.visit import session


def proposed_seed(config: TrainConfig, images: DatasetChoice, kind: NewSeed, parent: Parent | None = None) -> int:
    """Return the seed that a run of this browser would take now; 0 for images that nobody has trained on yet."""
    if not isinstance(images, DatasetInfo):  # a mixture that is not made yet
        return 0
    return services.store().new_seed(config, images.sha256, kind, session.owner(), parent)


def runs_alike(config: TrainConfig, images: DatasetChoice, parent: Parent | None = None) -> list[Run]:
    """Return everybody's runs with this parent that differ from these settings in the seed at most, newest first."""
    if not isinstance(images, DatasetInfo):  # a mixture that is not made yet
        return []
    configs = [replace(config, seed=seed) for seed in {*range(SEEDS_TRIED), config.seed}]
    return services.store().runs_with_settings(configs, images.sha256, parent)
