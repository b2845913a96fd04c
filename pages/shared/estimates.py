"""How long trainings take here: the cost model at the workers' measured speed, shared with everybody's runs."""

from mnist_core.config import TrainConfig
from mnist_core.estimate import seconds_per_epoch
from mnist_core.runs import Run
from pages.shared import services


def seconds_of(config: TrainConfig, more: int = 0) -> float:
    """Return how long a whole training takes; with `more` = 1, of one that is about to join those already active."""
    speeds = [worker.speed for worker in services.store().workers() if worker.ready and worker.speed]
    speed = sum(speeds) / len(speeds) if speeds else 1.0
    examples = len(services.dataset().train_images)
    return config.epochs * seconds_per_epoch(config, examples) / speed * _runs_per_worker(more)


def seconds_left(run: Run) -> float:
    """Return the time to the run's end, at its own pace once it has one."""
    if not run.step:
        return seconds_of(run.config)
    return run.seconds / run.step * (run.steps - run.step) * _runs_per_worker()


def _runs_per_worker(more: int = 0) -> float:
    """Return how many runs share a ready worker now, at least 1; `more` are about to come."""
    ready = sum(worker.ready for worker in services.store().workers())
    return max(1.0, (services.store().active_runs() + more) / max(1, ready))
