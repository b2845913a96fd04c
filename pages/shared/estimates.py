"""How long trainings take here: the cost model at the workers' measured speed, shared with everybody's runs."""

from mnist_core.config import TrainConfig
from mnist_core.estimate import seconds_per_epoch, seconds_per_step
from mnist_core.runs import DatasetInfo, Run
from pages.shared import services

EXPECTED_SECONDS = 2.0
"""How much training the cost model's word is worth beside a run's own pace, which its first steps tell badly."""


def seconds_of(config: TrainConfig, images: DatasetInfo, more: int = 0) -> float:
    """Return how long a whole training takes; with `more` = 1, of one that is about to join those already active."""
    per_epoch = seconds_per_epoch(config, images.train_images, images.classes) / _speed()
    return config.epochs * per_epoch * runs_per_worker(more)


def seconds_left(run: Run) -> float:
    """Return the time to the run's end: at the expected pace at first, then more and more at its own."""
    expected = seconds_per_step(run.config) / _speed()
    weight = EXPECTED_SECONDS / expected
    pace = (EXPECTED_SECONDS + run.seconds) / (weight + run.step)
    return pace * (run.steps - run.step) * runs_per_worker()


def _speed() -> float:
    """Return the workers' mean speed, relative to the cost model's."""
    speeds = [worker.speed for worker in services.store().workers() if worker.ready and worker.speed]
    return sum(speeds) / len(speeds) if speeds else 1.0


def runs_per_worker(more: int = 0) -> float:
    """Return how many runs share a ready worker now, at least 1; `more` are about to come."""
    ready = sum(worker.ready for worker in services.store().workers())
    return max(1.0, (services.store().active_runs() + more) / max(1, ready))
