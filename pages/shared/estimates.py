"""How long trainings take here: the cost model at the workers' measured speed, shared with everybody's runs."""

from mnist_core.config import TrainConfig
from mnist_core.estimate import seconds_per_epoch
from mnist_core.runs import Run
from pages.shared import services

EXPECTED_SECONDS = 2.0
"""How much training the cost model's word is worth beside a run's own pace, which its first steps tell badly."""


def seconds_of(config: TrainConfig, more: int = 0) -> float:
    """Return how long a whole training takes; with `more` = 1, of one that is about to join those already active."""
    return config.epochs * _seconds_per_epoch(config) * runs_per_worker(more)


def seconds_left(run: Run) -> float:
    """Return the time to the run's end: at the expected pace at first, then more and more at its own."""
    expected = _seconds_per_epoch(run.config) / run.steps_per_epoch
    weight = EXPECTED_SECONDS / expected
    pace = (EXPECTED_SECONDS + run.seconds) / (weight + run.step)
    return pace * (run.steps - run.step) * runs_per_worker()


def _seconds_per_epoch(config: TrainConfig) -> float:
    """Return what an epoch is expected to take on a worker of its own, at the workers' mean speed."""
    speeds = [worker.speed for worker in services.store().workers() if worker.ready and worker.speed]
    speed = sum(speeds) / len(speeds) if speeds else 1.0
    return seconds_per_epoch(config, len(services.dataset().train_images)) / speed


def runs_per_worker(more: int = 0) -> float:
    """Return how many runs share a ready worker now, at least 1; `more` are about to come."""
    ready = sum(worker.ready for worker in services.store().workers())
    return max(1.0, (services.store().active_runs() + more) / max(1, ready))
