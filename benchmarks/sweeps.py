"""Trials per hour of a sweep: 64 units, one epoch, with a worker for each core."""

from __future__ import annotations

import os
import time
from statistics import median

from benchmarks.concurrent_runs import workers_on_a_store
from benchmarks.report import Table
from mnist_core.config import TrainConfig
from mnist_core.runs import RunStore
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.options import Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from scripts.running_app import wait_until

TRIALS = 20
SECONDS = 600.0
SPACE = {"learning_rate": "0.0001..0.01"}
"""All trials have the same architecture. Another one would take about half a second to compile."""


def measure(rounds: int, quick: bool = False) -> Table:
    """Return the trials per hour of random search and of TPE, with one worker and with one for each core."""
    cores = os.cpu_count() or 1
    counts = [cores] if quick else sorted({1, cores})
    rows = []
    for workers in counts:
        with workers_on_a_store(workers) as store:
            for sampler in (Sampler.RANDOM, Sampler.TPE):
                seconds = [_seconds(store, sampler, seed) for seed in range(rounds)]
                rows.append([str(workers), sampler, f"{3600 * TRIALS / median(seconds):,.0f}"])
    columns = ("workers", "settings chosen", "trials an hour")
    note = f"64 units, one epoch over 50,000 images, batch 128. Medians of {rounds} sweeps of {TRIALS} trials."
    return Table("Sweeps", columns, rows, note)


def _seconds(store: RunStore, sampler: Sampler, seed: int) -> float:
    """Return the seconds of a sweep, from submitting it to the test accuracy of its winner."""
    sweeps = SweepStore(store)
    base = TrainConfig(hidden_units=64, epochs=1, seed=seed)
    started = time.monotonic()
    number = sweeps.submit(Plan(base, Space.parse(SPACE), sampler, TRIALS), owner="benchmark")
    wait_until(lambda: sweeps.sweep(number).state is not SweepState.ACTIVE, "the sweep ends", SECONDS)
    return time.monotonic() - started
