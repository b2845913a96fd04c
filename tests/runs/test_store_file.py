"""The SQLite file of a store: deleted under a running app, and small again after deletions."""

import os
import subprocess
import sys
import threading
import time

import pytest
import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import DatasetStore, RunStore, StoreError, WorkQueue, clock, schema, vacuum
from mnist_core.runs.open_database import file_of
from mnist_core.runs.run_store import UNDO_SECONDS
from mnist_core.runs.vacuum import Vacuum
from mnist_core.workers.problems import Problems
from mnist_core.workers.supervisor import LocalWorkers
from mnist_core.workers.worker import Worker
from tests.support.concurrent_stores import make_old_store
from tests.support.worker_processes import wait_until

MB = 1_000_000
GONE = "was deleted or replaced while it was in use"

# -- deleted or replaced ------------------------------------------------------------------------


def delete(path):
    path.rename(path.with_name("elsewhere.sqlite"))


def replace(path):
    delete(path)
    path.write_bytes(b"")


@pytest.fixture
def path(store):
    path = file_of(store.url)
    assert path is not None
    return path


@pytest.mark.parametrize("lose", [delete, replace])
def test_a_file_that_is_gone_is_noticed_by_all_who_had_it_open_and_no_new_one_is_made(store, path, lose):
    run_id = store.submit(TrainConfig())
    lose(path)
    uses = [lambda: store.run(run_id), lambda: store.submit(TrainConfig()), lambda: WorkQueue(store).claim("worker")]
    uses += [lambda: DatasetStore(store).all(), lambda: RunStore.open(store.url), lambda: Vacuum(store).run_for(0.1)]
    for use in uses:
        with pytest.raises(StoreError, match=GONE):
            use()
    assert not path.exists() or path.stat().st_size == 0
    path.with_name("elsewhere.sqlite").rename(path)
    assert store.run(run_id).id == run_id, "all is well once it is back"


def test_who_comes_when_the_file_is_gone_and_forgotten_begins_a_new_one(store, path):
    """As the app does that is started again."""
    store.submit(TrainConfig())
    store.close()
    delete(path)
    with RunStore.open(store.url) as new:
        assert new.runs() == []


@pytest.mark.slow
def test_workers_say_that_the_file_is_gone_and_make_no_new_one(store, path, capfd, monkeypatch):
    """The worker that is alive, and the supervisor, which would start the next one."""
    problems = Problems()
    monkeypatch.setattr(Worker, "_warm_up", lambda _self: None)
    monkeypatch.setattr("mnist_core.workers.worker.HEARTBEAT_SECONDS", 0.05)
    processes = []

    def start(_url, _name):
        processes.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        return processes[-1]

    monkeypatch.setattr("mnist_core.workers.supervisor.start_worker", start)
    worker, supervised = Worker(store), LocalWorkers(store.url, 1, problems.report)
    supervised.start()
    thread = threading.Thread(target=worker.run)
    thread.start()
    wait_until(lambda: processes and worker.ready, "the workers are there")
    delete(path)
    said = ""

    def worker_says_it():
        nonlocal said
        said += capfd.readouterr().err
        return f"worker {worker.name}: The run store's file" in said

    wait_until(worker_says_it, "the worker says it")
    processes[-1].kill()
    wait_until(lambda: GONE in problems.text, "the pages are told")
    path.with_name("elsewhere.sqlite").rename(path)
    wait_until(lambda: not problems.text, "all is well once it is back")
    worker.stopping.set()
    thread.join()
    supervised.stop()
    assert len(processes) >= 2, "another one has been started"


def test_pages_say_that_the_file_is_gone(open_page, store, path):
    page = open_page("train/page.py")
    page.press("Train")
    delete(path)
    page.rerun()
    assert GONE in page.words
    for place in ("compare/runs.py", "evaluate/page.py", "draw/page.py"):
        page.go_to(place)
        assert GONE in page.words
    assert not path.exists()


# -- small again --------------------------------------------------------------------------------


def fill(store, megabytes):
    """Add runs with checkpoints of a MB each; return their numbers."""
    queue, run_ids = WorkQueue(store), []
    for _ in range(megabytes):
        run_ids.append(store.submit(TrainConfig()))
        turn = queue.claim("worker", run_ids[-1])
        assert turn is not None
        data = os.urandom(MB // 2)
        queue.record(turn, [ProgressPoint(26, 1, 0.5, 0.8)], 1.0, Checkpoint(26, data, data), release=True)
        store.stop(run_ids[-1])
    return run_ids


def on_disk(path):
    return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))


def pragma(store, name):
    with store.reading() as connection:
        connection.execute(sa.select(schema.meta)).all()  # what it says before it has read anything is of yesterday
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def delete_for_good(store, run_ids):
    with store.writing() as connection:
        long_ago = clock.now(connection) - UNDO_SECONDS - 1
        connection.execute(schema.runs.update().where(schema.runs.c.id.in_(run_ids)).values(deleted_at=long_ago))


@pytest.mark.slow
def test_file_and_log_shrink_after_deletions_while_others_go_on_writing(store, path, monkeypatch):
    monkeypatch.setattr("mnist_core.workers.maintenance.MAINTENANCE_SECONDS", 0.0)
    monkeypatch.setattr("mnist_core.workers.worker.HEARTBEAT_SECONDS", 0.02)
    run_ids = fill(store, 20)
    kept, goes_on = run_ids[:3], store.submit(TrainConfig())
    before = on_disk(path)
    delete_for_good(store, run_ids[3:])
    worker = Worker(store)
    tidying = threading.Thread(target=worker._send_heartbeats)
    tidying.start()

    def write():
        store.rename(goes_on, f"{time.monotonic()}")
        return on_disk(path) < 9 * MB

    wait_until(write, "the file is small again")
    worker.stopping.set()
    tidying.join()
    assert before > 20 * MB
    assert sorted(run.id for run in store.runs()) == [*kept, goes_on]
    assert all(len(store.network_bytes(run_id)) == MB // 2 for run_id in kept)


@pytest.fixture
def old_store(tmp_path):
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    make_old_store(url)
    with RunStore.open(url) as store:
        assert pragma(store, "auto_vacuum") == 0
        yield store


@pytest.mark.slow
def test_a_file_of_an_earlier_program_is_rewritten_once_nobody_would_notice(old_store, monkeypatch):
    store = old_store
    path = file_of(store.url)
    assert path is not None
    run_ids = fill(store, 15)
    delete_for_good(store, run_ids[3:])
    worker = Worker(store)
    monkeypatch.setattr("mnist_core.workers.maintenance.MAINTENANCE_SECONDS", 0.0)
    for _ in range(10):
        worker._maintenance.run_if_due()
    assert on_disk(path) > 15 * MB, "somebody was here a moment ago"
    with store.writing() as connection:
        connection.execute(schema.runs.update().values(watched_at=0.0, updated_at=0.0))
    active = store.submit(TrainConfig())
    with store.writing() as connection:
        connection.execute(schema.runs.update().values(watched_at=0.0, updated_at=0.0))
    worker._maintenance.run_if_due()
    assert on_disk(path) > 15 * MB, "something is to be trained"
    store.stop(active)
    with store.writing() as connection:
        connection.execute(schema.runs.update().values(updated_at=0.0))
    with RunStore.open(store.url) as another:
        another.runs()
        worker._maintenance.run_if_due()
        assert on_disk(path) < 10 * MB
        assert pragma(store, "auto_vacuum") == vacuum.INCREMENTAL
        delete_for_good(another, fill(another, 6))  # by a connection that was there before
    for _ in range(10):
        worker._maintenance.run_if_due()
    assert on_disk(path) < 6 * MB
    assert pragma(store, "integrity_check") == "ok"
    assert len(store.network_bytes(run_ids[0])) == MB // 2


def test_who_writes_goes_before_whoever_makes_the_file_smaller(store, path):
    run_ids = fill(store, 5)
    delete_for_good(store, run_ids)
    while store.purge():
        pass
    vacuum = Vacuum(store)
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE runs SET notes = 'mine'"))
        results = []
        trial = threading.Thread(target=lambda: results.append(vacuum.run_for(0.2)))
        trial.start()
        trial.join(10)
        assert results == [True], "it has not waited, and there is more to do later"
    while vacuum.run_for(5.0):
        pass
    assert on_disk(path) < 3 * MB


def test_a_store_on_a_server_is_left_to_the_server(postgresql_url):
    with RunStore.open(postgresql_url) as store:
        assert not Vacuum(store).run_for(1.0)
