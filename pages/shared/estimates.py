"""Estimated training times: the cost model at the measured speed of the workers, which all runs share."""

from mnist_core.config import TrainConfig
from mnist_core.estimate import seconds_per_epoch, seconds_per_step
from mnist_core.runs import Run
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice
from mnist_core.search.plan import RUN_OVERHEAD_SECONDS, Plan
from pages.shared import services
from pages.shared.training_load import training_load

EXPECTED_SECONDS = 2.0
"""The weight of the cost model, as seconds of training: the first steps of a run say little about its speed."""

ENOUGH_TO_TELL = 3
"""With so many ended runs of a sweep, their mean time replaces the cost model."""


def seconds_of(config: TrainConfig, images: DatasetChoice, more: int = 0) -> float:
    """Return the seconds of a whole training; with `more` = 1, of one that is not among the active runs yet."""
    return seconds_alone(config, images) * runs_per_worker(more)


def seconds_alone(config: TrainConfig, images: DatasetChoice) -> float:
    """Return the seconds that a whole training would take if it were the only one."""
    return config.epochs * seconds_per_epoch(config, images.train_images, images.classes) / _speed()


def seconds_left(run: Run) -> float:
    """Return the seconds to the end of a run: at first by the cost model, then more and more by its own speed."""
    classes = services.dataset_of(run).classes
    expected = seconds_per_step(run.config, classes) / _speed()
    weight = EXPECTED_SECONDS / expected
    pace = (EXPECTED_SECONDS + run.seconds) / (weight + run.step)
    return pace * (run.steps - run.step) * runs_per_worker()


def seconds_of_sweep(plan: Plan, images: DatasetChoice) -> float:
    """Return the seconds of all runs of a sweep, if no other runs are active."""
    return plan.seconds(images.train_images, images.classes, _speed()) / ready_workers()


def seconds_left_of_sweep(plan: Plan, images: DatasetChoice, begun: list[Run], passed_over: int) -> float:
    """Return the seconds to the end of a sweep: by the mean time of its ended runs, once there are some.

    `begun` are its runs so far, `passed_over` is the number of planned runs that will not be started.
    """
    ended = [run for run in begun if run.state.ended or run.deleted_at is not None]
    going = sum(run.step / run.steps for run in begun if run not in ended)
    left = max(0.0, plan.runs - passed_over - len(ended) - going)
    if len(ended) < ENOUGH_TO_TELL:
        return seconds_of_sweep(plan, images) * left / plan.runs
    each = sum(run.seconds for run in ended) / len(ended) + RUN_OVERHEAD_SECONDS
    return each * left / min(ready_workers(), max(1.0, left))


def ready_workers() -> int:
    """Return the number of workers that are ready to train, at least 1: one is always being started."""
    return max(1, training_load().ready)


def runs_per_worker(more: int = 0) -> float:
    """Return how many active runs share a ready worker, at least 1; `more` are to be added to the active ones."""
    return max(1.0, (training_load().active_runs + more) / ready_workers())


def _speed() -> float:
    """Return the workers' mean speed, relative to the cost model's."""
    return training_load().speed
