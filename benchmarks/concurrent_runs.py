"""Steps per second of several concurrent runs: the cost of taking turns, and the gain of more workers."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.report import Table
from mnist_core.config import LIMITS, TrainConfig
from mnist_core.runs import RunStore
from mnist_core.workers.supervisor import LocalWorkers
from scripts.running_app import wait_until

WINDOW_SECONDS = 4.0
SECONDS_TO_START = 60.0


class Load(NamedTuple):
    """The number of workers, and of the runs that take turns in them."""

    workers: int
    runs: int


def loads(quick: bool) -> list[Load]:
    """Return what is measured, sorted by workers: with one worker, and with one for each core."""
    cores = os.cpu_count() or 1
    if quick:
        return [Load(1, 1), Load(1, 4)]
    return [Load(1, 1), Load(1, 4), *(Load(cores, runs) for runs in (1, 2, 4, 8) if cores > 1)]


def measure(rounds: int, quick: bool = False) -> Table:
    """Return the steps per second of all runs together, for each load."""
    wanted = loads(quick)
    speeds: dict[Load, list[float]] = {load: [] for load in wanted}
    for workers in dict.fromkeys(load.workers for load in wanted):
        with workers_on_a_store(workers) as store:
            for _ in range(rounds):
                for load in (load for load in wanted if load.workers == workers):
                    speeds[load].append(_steps_per_second(store, load.runs))
    rows = [_row(load, speeds) for load in wanted]
    columns = ("workers", "runs at once", "steps a second, together", "÷ 1 run", "÷ 1 run in 1 worker")
    note = f"Default settings. Medians of {rounds} alternating rounds of {WINDOW_SECONDS:g} s each."
    return Table("Runs at once", columns, rows, note)


@contextmanager
def workers_on_a_store(count: int) -> Iterator[RunStore]:
    """Yield an empty store with `count` workers that are ready."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'runs.sqlite'}"
        with RunStore.open(url) as store:
            workers = LocalWorkers(url, count)
            workers.start()
            try:
                wait_until(lambda: _ready(store) == count, "the workers are ready", SECONDS_TO_START)
                yield store
            finally:
                workers.stop()


def _ready(store: RunStore) -> int:
    return sum(worker.ready for worker in store.workers())


def _steps_per_second(store: RunStore, count: int) -> float:
    """Submit `count` long runs and measure their steps per second once each has taken a step."""
    config = TrainConfig(epochs=int(LIMITS["epochs"].high))
    ids = [store.submit(config) for _ in range(count)]
    wait_until(lambda: all(store.run(run_id).step for run_id in ids), "every run has taken a step")
    before, started = _steps(store, ids), time.monotonic()
    time.sleep(WINDOW_SECONDS)
    after, ended = _steps(store, ids), time.monotonic()
    for run_id in ids:
        store.stop(run_id)
    wait_until(lambda: not any(store.run(run_id).leased for run_id in ids), "the workers have released the runs")
    return (after - before) / (ended - started)


def _steps(store: RunStore, ids: list[int]) -> int:
    return sum(store.run(run_id).step for run_id in ids)


def _row(load: Load, speeds: dict[Load, list[float]]) -> list[str]:
    own, single, least = speeds[load], speeds[load._replace(runs=1)], speeds[Load(1, 1)]
    against = [median(a / b for a, b in zip(own, other, strict=True)) for other in (single, least)]
    return [str(load.workers), str(load.runs), f"{median(own):,.0f}", *(f"{value:.2f}" for value in against)]
