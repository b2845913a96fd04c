"""Throughput of the run store: slices per second that 1 to 8 worker processes claim and write, without training.

For each slice, a worker claims the run that has waited longest, reads its checkpoint, writes five points of progress
and a checkpoint of 1.6 MB (256 units: 0.8 MB of weights, as much again of RMSprop's state), and releases the run.
SQLite is a file in the project's folder. PostgreSQL is a server of our own on this machine that waits for the disk, as
it does by default.
"""

from __future__ import annotations

import os
import tempfile
import time
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from benchmarks.report import Table
from mnist_core.config import TrainConfig
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import RunStore, WorkQueue
from mnist_core.runs.heartbeats import new_worker_name
from scripts.postgresql import NoPostgreSQL, postgresql_running
from scripts.preflight import Problem

WORKERS = (1, 2, 4, 8)
RUNS = 40
POINTS = 5
NETWORK_BYTES = OPTIMIZER_BYTES = 800_000
SECONDS = 4.0
CONFIG = TrainConfig(epochs=100, batch_size=16)
PROJECT = Path(__file__).resolve().parents[1]


def measure(rounds: int) -> Table:
    """Return the slices per second of each database and number of workers; only SQLite's without PostgreSQL."""
    with tempfile.TemporaryDirectory(dir=PROJECT) as folder:
        rows = [_row(f"sqlite:///{folder}/runs.sqlite", rounds)]
    note = f"Medians of {rounds} rounds of {SECONDS:g} s; checkpoints of 1.6 MB."
    try:
        with postgresql_running() as server:
            rows.append(_row(server.new_database(), rounds))
    except NoPostgreSQL as reason:
        note += f" Without PostgreSQL: {reason}"
    columns = ("slices a second", *(f"{count} worker{'s'[: count > 1]}" for count in WORKERS))
    return Table("The run store", columns, rows, note)


def _row(url: str, rounds: int) -> list[str]:
    """Return the database's version, and the median of alternating rounds for each number of workers."""
    with RunStore.open(url) as store:
        for number in range(RUNS):
            store.submit(CONFIG, owner=f"person {number}")
    results = [[_serve_together(url, workers) for workers in WORKERS] for _ in range(rounds)]
    return [_version(url), *(f"{median(result):.0f}" for result in zip(*results, strict=True))]


def _serve_together(url: str, workers: int) -> float:
    """Let `workers` processes serve slices for `SECONDS`; return the slices per second of all together."""
    context = get_context("spawn")
    ready = context.Barrier(workers)
    with context.Manager() as manager:
        counts = manager.list()
        processes = [context.Process(target=_serve, args=(url, ready, counts)) for _ in range(workers)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        if len(counts) != workers:
            raise Problem("A process of the measurement failed; see above.")
        return sum(counts) / SECONDS


def _serve(url: str, ready: Barrier, counts: list[int]) -> None:
    """Claim and write slices like a worker, starting when all processes are ready."""
    network, optimizer = os.urandom(NETWORK_BYTES), os.urandom(OPTIMIZER_BYTES)
    name, done = new_worker_name(), 0
    with RunStore.open(url) as store:
        queue = WorkQueue(store)
        ready.wait()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            turn = queue.claim(name)
            if turn is None:
                continue
            step = turn.run.step
            points = [ProgressPoint(step + number, 1, 0.5, 0.8) for number in range(1, POINTS + 1)]
            queue.record(turn, points, 0.1, Checkpoint(step + POINTS, network, optimizer), release=True)
            done += 1
    counts.append(done)


def _version(url: str) -> str:
    """Return the name and version of the database."""
    with RunStore.open(url) as store, store.reading() as connection:
        if url.startswith("sqlite"):
            return f"SQLite {connection.scalar(sa.select(sa.func.sqlite_version()))}"
        return " ".join(str(connection.scalar(sa.select(sa.func.version()))).split()[:2])
