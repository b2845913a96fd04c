"""Stores that many processes open in the same moment; imports little, for each of them does so too."""

import sqlite3
from collections.abc import Sequence
from multiprocessing.managers import ListProxy
from multiprocessing.synchronize import Barrier

from mnist_core.config import TrainConfig
from mnist_core.runs import RunStore


def open_each(urls: Sequence[str], together: Barrier, problems: "ListProxy[str]") -> None:
    """Open one store after another, each together with the other processes, and write to it."""
    for url in urls:
        together.wait(60)
        try:
            with RunStore.open(url) as store:
                store.submit(TrainConfig())
        except Exception as error:
            problems.append(repr(error))


def make_old(url: str) -> None:
    """Make a store as an earlier program did: with fewer columns, and without a way to shrink."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    with RunStore.open(url) as store, store.writing() as tables:
        tables.exec_driver_sql("ALTER TABLE runs DROP COLUMN test_loss")
        tables.exec_driver_sql("ALTER TABLE runs DROP COLUMN pruned")
