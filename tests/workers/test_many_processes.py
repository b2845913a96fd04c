"""A store that several processes open, read and write in the same moment."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.runs import RunStore, State
from mnist_core.runs.schema import progress, runs
from tests.support.concurrent_stores import make_old_store, open_each, set_barrier, submit_and_serve
from tests.support.databases import both_databases, count_of

pytestmark = pytest.mark.slow  # starts four processes at a time

PROCESSES = 3


@pytest.fixture(scope="module")
def processes():
    """Processes that do the same at the same time; started once, for that takes a second each."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES, set_barrier, [context.Barrier(PROCESSES)]) as pool:
        yield pool


@both_databases
def test_many_processes_lose_no_update_and_find_no_lock(store, processes):
    """All submit and serve; the steps of all runs together are the turns that were served."""
    processes.starmap(submit_and_serve, [(store.url, f"worker {n}", 15, 40) for n in range(PROCESSES)], chunksize=1)
    found = store.runs()
    assert len(found) == 3 * 15
    assert sum(run.step for run in found) == 3 * 40
    assert count_of(store, progress) == 3 * 40


def test_processes_that_open_a_store_together_all_get_in(tmp_path, processes):
    """A file is made once, and an old one gets its new columns once, however many come in the same moment."""
    urls = [f"sqlite:///{tmp_path / f'{number}.sqlite'}" for number in range(12)]
    for url in urls[6:]:
        make_old_store(url)
    processes.map(open_each, [urls] * PROCESSES, chunksize=1)
    for url in urls:
        with RunStore.open(url) as store, store.reading() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(runs)) == PROCESSES
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


@both_databases
def test_many_that_open_a_new_store_at_once_make_its_tables_once(database_url):
    with ThreadPoolExecutor(8) as visitors:
        stores = list(visitors.map(RunStore.open, [database_url] * 8))
    assert [store.submit(TrainConfig()) for store in stores] == list(range(1, 9))
    for store in stores:
        store.close()


@both_databases
def test_reader_sees_one_state_of_the_store(store):
    run_id = store.submit(TrainConfig())
    with store.reading() as connection:
        before = connection.scalar(sa.select(runs.c.state))
        store.pause(run_id)
        assert connection.scalar(sa.select(runs.c.state)) == before
    assert store.run(run_id).state is State.PAUSED
