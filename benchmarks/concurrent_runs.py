"""What several runs at once get done together: the cost of taking turns, and the gain of a further worker."""

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


class Crowd(NamedTuple):
    """So many workers, and so many runs that take turns in them."""

    workers: int
    runs: int


def crowds(quick: bool) -> list[Crowd]:
    """Return what is measured, those with equal workers together: one worker, and one for each core."""
    cores = os.cpu_count() or 1
    if quick:
        return [Crowd(1, 1), Crowd(1, 4)]
    return [Crowd(1, 1), Crowd(1, 4), *(Crowd(cores, runs) for runs in (1, 2, 4, 8) if cores > 1)]


def measure(rounds: int, quick: bool = False) -> Table:
    """Return steps a second of all runs together, for each crowd."""
    wanted = crowds(quick)
    speeds: dict[Crowd, list[float]] = {crowd: [] for crowd in wanted}
    for workers in dict.fromkeys(crowd.workers for crowd in wanted):
        with workers_on_a_store(workers) as store:
            for _ in range(rounds):
                for crowd in (crowd for crowd in wanted if crowd.workers == workers):
                    speeds[crowd].append(_steps_per_second(store, crowd.runs))
    rows = [_row(crowd, speeds) for crowd in wanted]
    columns = ("workers", "runs at once", "steps a second, together", "÷ 1 run", "÷ 1 run in 1 worker")
    note = f"Default settings. Medians of {rounds} alternating rounds of {WINDOW_SECONDS:g} s each."
    return Table("Runs at once", columns, rows, note)


@contextmanager
def workers_on_a_store(count: int) -> Iterator[RunStore]:
    """Yield an empty store with so many workers that are ready."""
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
    """Submit `count` long runs, and count their steps for a while once each has had its first turn."""
    config = TrainConfig(epochs=int(LIMITS["epochs"].high))
    ids = [store.submit(config) for _ in range(count)]
    wait_until(lambda: all(store.run(run_id).step for run_id in ids), "every run has moved")
    before, started = _steps(store, ids), time.monotonic()
    time.sleep(WINDOW_SECONDS)
    after, ended = _steps(store, ids), time.monotonic()
    for run_id in ids:
        store.stop(run_id)
    wait_until(lambda: not any(store.run(run_id).leased for run_id in ids), "the workers have let go")
    return (after - before) / (ended - started)


def _steps(store: RunStore, ids: list[int]) -> int:
    return sum(store.run(run_id).step for run_id in ids)


def _row(crowd: Crowd, speeds: dict[Crowd, list[float]]) -> list[str]:
    own, alone, least = speeds[crowd], speeds[crowd._replace(runs=1)], speeds[Crowd(1, 1)]
    against = [median(a / b for a, b in zip(own, other, strict=True)) for other in (alone, least)]
    return [str(crowd.workers), str(crowd.runs), f"{median(own):,.0f}", *(f"{value:.2f}" for value in against)]
