"""What the run store does a second: slices claimed and written by 1 to 8 worker processes, without any training.

    python benchmarks/store.py [--seconds 5] [--rounds 3]

A slice is what a worker does of it: claim the run that has waited longest, read its checkpoint, write five points of
progress and a checkpoint of 1.6 MB (256 units: 0.8 MB of weights, as much again of rmsprop's state), let go. SQLite is
a file beside the runs of the app; PostgreSQL is a server of our own on this machine, which waits for the disk as it
does by default. Prints a table in Markdown: the median of the rounds, slices a second of all processes together.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mnist_core.config import TrainConfig
from mnist_core.runs import Checkpoint, Point, RunStore, WorkQueue
from mnist_core.runs.queue import new_worker_name
from scripts.postgresql import NoPostgreSQL, postgresql_running

WORKERS = (1, 2, 4, 8)
RUNS = 40
POINTS = 5
NETWORK_BYTES = OPTIMIZER_BYTES = 800_000
CONFIG = TrainConfig(epochs=100, batch_size=16)


def main() -> None:
    """Measure both databases and print what they do."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="length of one measurement, default 5")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each, default 3")
    options = parser.parse_args()
    rows = {}
    with tempfile.TemporaryDirectory(dir=Path(__file__).resolve().parents[1]) as folder:
        url = f"sqlite:///{folder}/runs.sqlite"
        rows["SQLite " + version(url)] = measure(url, options.seconds, options.rounds)
    try:
        with postgresql_running() as server:
            url = server.new_database()
            rows[version(url)] = measure(url, options.seconds, options.rounds)
    except NoPostgreSQL as reason:
        print(f"Without PostgreSQL: {reason}", file=sys.stderr)
    print_table(rows)


def measure(url: str, seconds: float, rounds: int) -> list[float]:
    """Return slices a second for each number of workers: medians of rounds that take turns."""
    with RunStore.open(url) as store:
        for number in range(RUNS):
            store.submit(CONFIG, owner=f"person {number}")
    results = [[serve_together(url, workers, seconds) for workers in WORKERS] for _ in range(rounds)]
    return [statistics.median(result) for result in zip(*results, strict=True)]


def serve_together(url: str, workers: int, seconds: float) -> float:
    """Let so many processes serve slices for so long; return the slices a second of all together."""
    context = get_context("spawn")
    ready = context.Barrier(workers)
    with context.Manager() as manager:
        counts = manager.list()
        processes = [context.Process(target=serve, args=(url, seconds, ready, counts)) for _ in range(workers)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        if len(counts) != workers:
            raise SystemExit("A process of the measurement failed; see above.")
        return sum(counts) / seconds


def serve(url: str, seconds: float, ready: Barrier, counts: list[int]) -> None:
    """Claim and write slices as one worker does, beginning when all processes are ready."""
    network, optimizer = os.urandom(NETWORK_BYTES), os.urandom(OPTIMIZER_BYTES)
    name, done = new_worker_name(), 0
    with RunStore.open(url) as store:
        queue = WorkQueue(store)
        ready.wait()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            turn = queue.claim(name)
            if turn is None:
                continue
            step = turn.run.step
            points = [Point(step + number, 1, 0.5, 0.8) for number in range(1, POINTS + 1)]
            queue.record(turn, points, 0.1, Checkpoint(step + POINTS, network, optimizer), release=True)
            done += 1
    counts.append(done)


def version(url: str) -> str:
    """Return what the database says of itself, in two words."""
    with RunStore.open(url) as store, store.reading() as connection:
        if url.startswith("sqlite"):
            return str(connection.scalar(sa.select(sa.func.sqlite_version())))
        return " ".join(str(connection.scalar(sa.select(sa.func.version()))).split()[:2])


def print_table(rows: dict[str, list[float]]) -> None:
    """Print slices a second by database and number of worker processes."""
    print(f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}\n")
    print("| slices a second | " + " | ".join(f"{count} worker{'s'[: count > 1]}" for count in WORKERS) + " |")
    print("| --- |" + " ---: |" * len(WORKERS))
    for name, figures in rows.items():
        print(f"| {name} | " + " | ".join(f"{figure:.0f}" for figure in figures) + " |")


if __name__ == "__main__":
    main()
