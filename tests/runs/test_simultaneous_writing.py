"""Many threads of one process that read and write the store at the same time, as those of a class of forty do."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from mnist_core.runs import RunStore, sqlite_file
from tests.support.databases import add_run

WRITERS, READERS = 8, 40
SECONDS_OF_A_WRITER = 0.1


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store that waits for others for a quarter of a second, in place of 15."""
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.25)
    with RunStore(f"sqlite:///{tmp_path / 'runs.sqlite'}") as store:
        yield store


def test_writers_wait_for_each_other_for_as_long_as_it_takes(store):
    """Each has the lock for longer than a disk needs; together for longer than SQLite waits for other processes."""
    start = Barrier(WRITERS)

    def write(_number: int) -> int:
        start.wait()
        with store.writing():
            time.sleep(SECONDS_OF_A_WRITER)
        return add_run(store)

    with ThreadPoolExecutor(WRITERS) as pool:
        numbers = list(pool.map(write, range(WRITERS)))
    assert sorted(run.id for run in store.runs()) == sorted(numbers)


def test_as_many_may_read_at_the_same_time_as_come(store):
    """No reader waits until another gives its connection back."""
    number, all_read = add_run(store), Barrier(READERS)

    def read(_number: int) -> int:
        with store.reading():
            all_read.wait(timeout=10)
        return store.run(number).id

    with ThreadPoolExecutor(READERS) as pool:
        assert list(pool.map(read, range(READERS))) == READERS * [number]


def test_a_writer_of_another_store_on_the_same_file_waits_likewise(store, tmp_path):
    start = Barrier(2)

    def write(which: RunStore) -> None:
        start.wait()
        with which.writing():
            time.sleep(2 * sqlite_file.BUSY_SECONDS)

    with RunStore(f"sqlite:///{tmp_path / 'runs.sqlite'}") as other, ThreadPoolExecutor(2) as pool:
        list(pool.map(write, (store, other)))
