"""Functions for many processes that use stores at the same moment; it imports little, as each of them loads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier

from mnist_core.config import TrainConfig
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import RunStore, WorkQueue

start_barrier: Barrier
"""Where the processes wait for each other; each has it from `set_barrier`."""


def set_barrier(barrier: Barrier) -> None:
    """Tell a process where to wait for the others."""
    global start_barrier  # noqa: PLW0603 - the one thing that a process is given once
    start_barrier = barrier


def open_each(urls: Sequence[str]) -> None:
    """Open one store after another, each together with the other processes, and write to it."""
    for url in urls:
        start_barrier.wait(60)
        with RunStore.open(url) as store:
            store.submit(TrainConfig())


def submit_and_serve(url: str, name: str, submissions: int, turns: int) -> None:
    """Submit runs while the other processes serve theirs, then serve so many turns of whosever."""
    start_barrier.wait(60)
    with RunStore.open(url) as store:
        queue = WorkQueue(store)
        for _ in range(submissions):
            store.submit(TrainConfig())
            turns -= serve(queue, name)
        while turns > 0:
            turns -= serve(queue, name)


def serve(queue: WorkQueue, name: str) -> int:
    """Move one run on by a step, if one can be had; return how many turns that were."""
    turn = queue.claim(name)
    if turn is None:
        return 0
    step = turn.run.step + 1
    queue.record(
        turn, [ProgressPoint(step, 1, 0.5, 0.5)], 0.0, Checkpoint(step, b"network", b"optimizer"), release=True
    )
    return 1


def make_old_store(url: str) -> None:
    """Make a store as an earlier program did: with fewer columns, and without a way to shrink."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    with RunStore.open(url) as store, store.writing() as tables:
        tables.exec_driver_sql("ALTER TABLE runs DROP COLUMN test_loss")
        tables.exec_driver_sql("ALTER TABLE runs DROP COLUMN pruned")
