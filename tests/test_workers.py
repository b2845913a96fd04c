"""Workers as real processes: they train, die, hand over, and never outlive their server."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from mnist_core import engine
from mnist_core.config import TrainConfig
from mnist_core.engine import start_worker
from mnist_core.runs import Failure, RunStore, State, WorkQueue
from mnist_core.worker import Worker
from tests.engines import (
    LIMIT_SECONDS,
    finished,
    left_alone,
    local_workers,
    start_server,
    stored_fingerprint,
    wait_until,
    worker_pids,
)

CONFIG = TrainConfig(hidden_units=128, epochs=3, batch_size=64)


@pytest.fixture(scope="module")
def undisturbed():
    """The weights of a run of `CONFIG` that was left alone."""
    return left_alone(CONFIG)


def test_worker_process_trains_a_run_to_its_end(store, undisturbed):
    run_id = store.submit(CONFIG)
    with local_workers(store, 1):
        wait_until(lambda: finished(store, run_id), "the run ends")
    run = store.run(run_id)
    assert run.step == run.steps
    assert run.test_accuracy is not None
    assert run.test_accuracy > 0.9
    assert len(store.history(run_id).tested) == CONFIG.epochs
    assert stored_fingerprint(store, run_id) == undisturbed


def test_killed_worker_is_replaced_and_the_run_ends_with_the_same_weights(store):
    config = TrainConfig(hidden_units=64, epochs=6)
    run_id = store.submit(config)
    with local_workers(store, 1):
        wait_until(lambda: store.run(run_id).step > 0, "the first step")
        os.kill(worker_pids()[0], signal.SIGKILL)
        before = store.run(run_id)
        assert before.state is State.ACTIVE, "killed too late to show anything"
        wait_until(lambda: finished(store, run_id), "the run goes on and ends")
    assert stored_fingerprint(store, run_id) == left_alone(config)


def test_a_worker_killed_again_and_again_is_replaced_at_once(store, monkeypatch):
    """Only one that fails by itself is given time: kills may be many, and the runs must go on."""
    sleeper = [sys.executable, "-c", "input()"]
    started = []

    def start(url, name):
        started.append(subprocess.Popen(sleeper, stdin=subprocess.PIPE))
        return started[-1]

    monkeypatch.setattr(engine, "start_worker", start)
    before = time.monotonic()
    with local_workers(store, 1):
        for number in range(1, 7):
            wait_until(lambda number=number: len(started) == number, "the next worker comes")
            started[-1].kill()
        wait_until(lambda: len(started) == 7, "the last one comes")
    assert time.monotonic() - before < 20, "growing delays would take half a minute"


def test_paused_and_resumed_run_has_the_weights_of_one_left_alone(store, undisturbed):
    """In one process, so that it pauses at a known place: after every turn."""
    worker = Worker(store)
    run_id = store.submit(CONFIG)
    rival = store.submit(CONFIG, owner="rival")  # somebody waits, so that turns are short
    turns = 0
    while not finished(store, run_id):
        assert worker.work(run_id)
        turns += 1
        if not finished(store, run_id):
            store.pause(run_id)
            assert not worker.work(run_id)
            store.resume(run_id)
    assert turns > 1
    assert stored_fingerprint(store, run_id) == undisturbed
    assert store.run(rival).step == 0


def test_worker_ends_when_its_standard_input_does(store):
    process = start_worker(store.url, "orphan")
    wait_until(lambda: any(worker.ready for worker in store.workers()), "the worker is ready")
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(LIMIT_SECONDS) == 0


def test_stopping_worker_puts_its_run_down_with_a_checkpoint(store):
    run_id = store.submit(TrainConfig(hidden_units=512, epochs=100))
    with local_workers(store, 1):
        wait_until(lambda: store.run(run_id).step > 0, "the first step")
    run = store.run(run_id)
    assert (run.state, run.leased) == (State.ACTIVE, False)
    turn = WorkQueue(store).claim("next")
    assert turn is not None
    assert turn.checkpoint is not None
    assert turn.checkpoint.step == run.step


def test_pause_is_obeyed_in_the_middle_of_a_turn(store):
    run_id = store.submit(TrainConfig(hidden_units=256, epochs=100))
    with local_workers(store, 1):
        wait_until(lambda: store.run(run_id).step > 0, "the first step")
        store.pause(run_id)
        wait_until(lambda: not store.run(run_id).leased, "the worker lets go")
        step = store.run(run_id).step
        assert 0 < step < store.run(run_id).steps
        store.resume(run_id)
        wait_until(lambda: store.run(run_id).step > step, "the run goes on")
        store.stop(run_id)
        wait_until(lambda: not store.run(run_id).leased, "the worker lets go")
    assert store.run(run_id).state is State.STOPPED
    assert store.network_bytes(run_id)


def test_failing_run_says_why_and_does_not_harm_the_worker(store):
    worker = Worker(store)
    bad = store.submit(
        TrainConfig(hidden_units=16, optimizer="sgd", learning_rate=10.0, activation="elu", hidden_layers=3)
    )
    good = store.submit(TrainConfig(hidden_units=16, epochs=1, batch_size=1024))
    while worker.work():
        pass
    assert store.run(bad).state is State.FAILED
    assert "diverged" in store.run(bad).message
    assert store.run(bad).failure is Failure.DIVERGED
    assert store.run(good).state is State.FINISHED


def test_worker_without_a_database_says_so():
    command = [sys.executable, "-m", "mnist_core", "worker"]
    environment = os.environ | {"MNIST_DATABASE_URL": "sqlite:////proc/nowhere/runs.sqlite"}
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=LIMIT_SECONDS
    )
    assert result.returncode == 2
    assert result.stderr.startswith("Error: The run store cannot be opened")
    assert "Traceback" not in result.stderr


def test_web_side_never_loads_tensorflow():
    code = "import sys, mnist_core.engine, mnist_core.network, mnist_core.charts; print('tensorflow' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_store_can_be_opened_by_path_of_a_new_folder(tmp_path):
    with RunStore.open(f"sqlite:///{tmp_path / 'new' / 'folder' / 'runs.sqlite'}") as store:
        assert store.runs() == []


def test_full_disk_stops_the_run_with_a_reason_and_it_resumes_once_there_is_room(store):
    """SQLite itself says "database or disk is full" when its page limit is reached, as it does without room."""
    earlier = store.submit(CONFIG, owner="earlier")
    Worker(store).work(earlier)
    network = store.network_bytes(earlier)
    store.delete(earlier)  # out of the way, and still readable
    run_id = store.submit(TrainConfig(hidden_units=1024, epochs=1, batch_size=1024))
    with RunStore.open(store.url) as cramped:
        with cramped.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        limit_pages(cramped, pages + 20)
        assert Worker(cramped).work(run_id)
    run = store.run(run_id)
    assert run.state is State.FAILED
    assert "is full" in run.message
    assert "Make room on the disk" in run.message
    assert store.network_bytes(earlier) == network
    store.resume(run_id)
    assert Worker(store).work(run_id)
    assert finished(store, run_id)


def limit_pages(store, pages):
    """Let the database grow no further than to `pages`, on every connection of this store."""
    store.engine.dispose()
    sa.event.listen(store.engine, "connect", lambda raw, _record: raw.execute(f"PRAGMA max_page_count={pages}"))


def test_many_people_start_at_once_and_all_advance_in_turn(store):
    """Twelve press Train in the same moment: none is lost, nobody waits out of all proportion, all end."""
    config = TrainConfig(hidden_units=32, epochs=2, batch_size=512)
    with local_workers(store, 2):
        wait_until(lambda: sum(worker.ready for worker in store.workers()) == 2, "both workers are ready")
        with ThreadPoolExecutor(12) as people:
            run_ids = list(people.map(lambda index: store.submit(config, owner=f"person {index}"), range(12)))
        started = time.monotonic()
        waited: dict[int, float] = {}

        def all_seen():
            for run in store.runs():
                if run.step and run.id not in waited:
                    waited[run.id] = time.monotonic() - started
            return len(waited) == 12

        wait_until(all_seen, "everybody sees a first step")
        wait_until(lambda: all(finished(store, run_id) for run_id in run_ids), "all runs end")
    assert len(set(run_ids)) == 12
    assert max(waited.values()) <= 3 * max(1.0, sum(waited.values()) / 12)


def test_long_run_does_not_hold_up_a_short_one(store):
    long = store.submit(TrainConfig(hidden_units=256, epochs=100), owner="patient")
    with local_workers(store, 1):
        wait_until(lambda: store.run(long).step > 0, "the long run is under way")
        short = store.submit(TrainConfig(hidden_units=32, epochs=2, batch_size=256), owner="quick")
        wait_until(lambda: finished(store, short), "the short run ends")
        assert store.run(long).state is State.ACTIVE
        assert store.run(long).step < store.run(long).steps
        store.stop(long)


def test_two_servers_share_a_store_and_one_of_them_is_killed(store, undisturbed):
    """Each server is a process with a worker of its own; no turn is written twice, no run is lost."""
    servers = [start_server(store.url) for _ in range(2)]
    try:
        wait_until(lambda: sum(worker.ready for worker in store.workers()) == 2, "both servers' workers are ready")
        run_ids = [store.submit(CONFIG, owner=str(index)) for index in range(3)]
        wait_until(lambda: all(store.run(run_id).step for run_id in run_ids), "all have started")
        servers[0].kill()
        wait_until(lambda: all(finished(store, run_id) for run_id in run_ids), "all runs end")
        wait_until(lambda: len(store.workers()) == 1, "the killed server's worker is gone")
    finally:
        for server in servers:
            server.kill()
            server.wait()
    assert {stored_fingerprint(store, run_id) for run_id in run_ids} == {undisturbed}


HANGING_WORKER = """
import threading
from mnist_core import training, worker
from mnist_core.runs import RunStore
worker.HANG_SECONDS = 3.0
advance = training.Trainer.advance
training.Trainer.advance = lambda self: threading.Event().wait() if self.config.seed else advance(self)
with RunStore.open() as store:
    worker.Worker(store, "hanging").run()
"""


def test_a_worker_that_hangs_ends_itself_and_its_run_goes_on_elsewhere(store):
    stuck = store.submit(replace(CONFIG, seed=1))
    process = subprocess.Popen([sys.executable, "-c", HANGING_WORKER], stderr=subprocess.PIPE, text=True)
    wait_until(lambda: store.run(stuck).leased, "the worker has the run")
    _, said = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 1
    assert "nothing has moved for 3 seconds" in said
    assert "advance" in said or "lambda" in said, "where it hangs"
    WorkQueue(store).bury("hanging")
    with local_workers(store, 1):
        wait_until(lambda: finished(store, stuck), "the run ends elsewhere")
