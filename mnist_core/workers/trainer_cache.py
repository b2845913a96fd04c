"""A worker's cache of trainers: compiling a network takes seconds, and runs of the same shape can share it."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from mnist_core.config import TrainConfig
from mnist_core.data.cache import DatasetCache
from mnist_core.runs import Turn

if TYPE_CHECKING:
    from mnist_core.training import Trainer

COMPILED_SHAPES = 8
"""How many compiled networks a worker caches. Each takes about 10 to 100 MB."""


class TrainerCache:
    """The trainers that were used last, by number of classes and shape."""

    def __init__(self, datasets: DatasetCache) -> None:
        self._datasets = datasets
        self._trainers: OrderedDict[tuple[int, TrainConfig], Trainer] = OrderedDict()

    def get(self, turn: Turn) -> Trainer:
        """Return a trainer at the turn's checkpoint, or at the initial weights of its run. Raises `BadCheckpoint`."""
        from mnist_core.training import Trainer

        config = turn.run.config
        dataset = self._datasets.get(turn.run.dataset_sha256)
        key = _key(config, len(dataset.class_names))
        trainer = self._trainers.get(key)
        if trainer is None:
            trainer = self._trainers[key] = Trainer(config, dataset, turn.checkpoint)
        else:
            trainer.start(config, turn.checkpoint, dataset)
        self._trainers.move_to_end(key)
        self._shrink()
        trainer.tests = turn.run.sweep_id is None  # a sweep compares by the validation images, and tests only its best
        return trainer

    def put(self, trainer: Trainer) -> None:
        """Add a trainer that is compiled already."""
        self._trainers[_key(trainer.config, len(trainer.dataset.class_names))] = trainer

    def _shrink(self) -> None:
        if len(self._trainers) > COMPILED_SHAPES:
            self._trainers.popitem(last=False)
        for key in [key for key, it in self._trainers.items() if it.dataset.sha256 not in self._datasets]:
            del self._trainers[key]  # it would keep images in memory that the cache of datasets has dropped


def _key(config: TrainConfig, classes: int) -> tuple[int, TrainConfig]:
    from mnist_core.training import shape_of

    return classes, shape_of(config)
