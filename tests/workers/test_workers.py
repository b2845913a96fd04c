"""Workers as real processes: they train, obey, die, are replaced, and release their runs."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from mnist_core.cli.main import main
from mnist_core.config import TrainConfig
from mnist_core.runs import RunStore, State, WorkQueue
from mnist_core.workers.supervisor import LocalWorkers
from mnist_core.workers.worker import Worker
from tests.support.worker_processes import (
    LIMIT_SECONDS,
    assert_weights_as_undisturbed,
    finished,
    wait_until,
    worker_pids,
)

pytestmark = pytest.mark.slow

SHORT = TrainConfig(hidden_units=16, epochs=1, batch_size=512, training_images=1000)
LONG = TrainConfig(epochs=100)


def test_a_run_is_paused_resumed_survives_its_worker_and_is_put_down_when_the_server_stops(store):
    """All the while, its curves and weights are those of a run that is left alone."""
    run_id = store.submit(LONG)
    workers = LocalWorkers(store.url, 1)
    workers.start()
    try:
        wait_until(lambda: store.run(run_id).step > 0, "the first step")
        store.pause(run_id)
        wait_until(lambda: not store.run(run_id).leased, "the worker lets go")
        goes_on(store, run_id, lambda: store.resume(run_id))
        assert not {"pandas", "pyarrow", "sklearn"} & packages_loaded(worker_pids()[0]), "a tenth of its memory"
        goes_on(store, run_id, lambda: os.kill(worker_pids()[0], signal.SIGKILL))
        assert len(store.workers()) == 1, "the dead one is forgotten"
    finally:
        workers.stop()
    assert worker_pids() == []
    run = store.run(run_id)
    assert (run.state, run.leased) == (State.ACTIVE, False)
    assert run.step < run.steps
    assert_weights_as_undisturbed(store, run_id)


def packages_loaded(pid):
    """The packages of Python with compiled code that a process has loaded; none where the system does not say."""
    maps = Path(f"/proc/{pid}/maps")
    return set(re.findall(r"/site-packages/(\w+)/", maps.read_text())) if maps.exists() else set()


def goes_on(store, run_id, act):
    """Do something to a run or its worker, and wait until the run has come farther."""
    before = store.run(run_id).step
    act()
    wait_until(lambda: store.run(run_id).step > before, "the run goes on")


HANGING_WORKER = """
import sys, threading, types
from mnist_core.workers import worker
from mnist_core.runs import RunStore

class Trainer:
    step, done, compiled = 1, False, True  # so that no snapshot is taken before the first step

    def __init__(self, config, dataset, checkpoint):
        self.dataset = dataset

    def start(self, *_arguments):
        pass

    def train_chunk(self):
        worker.HANG_SECONDS = 1.5  # from here on: to load the dataset may take longer on a busy machine
        threading.Event().wait()

sys.modules["mnist_core.training"] = types.SimpleNamespace(Trainer=Trainer, shape_of=lambda config: config)
with RunStore.open() as store:
    worker.Worker(store, "hanging").run()
"""


def test_a_worker_that_hangs_ends_itself_says_where_and_its_run_goes_on_elsewhere(store):
    """Its training stands for one of TensorFlow's, which would take seconds to load."""
    stuck = store.submit(SHORT)
    process = subprocess.Popen([sys.executable, "-c", HANGING_WORKER], stderr=subprocess.PIPE, text=True)
    _, said = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 1
    assert "nothing has moved for 1.5 seconds" in said
    assert "in train_chunk" in said, "where it hangs"
    assert store.run(stuck).leased
    WorkQueue(store).remove_worker("hanging")
    assert Worker(store).work()
    assert finished(store, stuck)


def test_a_worker_without_a_database_says_so(monkeypatch, capsys):
    monkeypatch.setenv("MNIST_DATABASE_URL", "sqlite:////proc/nowhere/runs.sqlite")
    monkeypatch.setattr(os, "nice", lambda _niceness: None)
    assert main(["worker"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Error: The run store cannot be opened")
    assert "Traceback" not in said


def test_worker_processes_are_found_without_any_program_of_the_system(monkeypatch):
    """Such as pgrep or ps, which small systems do not have."""
    monkeypatch.setenv("PATH", "")
    command = ["-c", "input()", "mnist_core worker --name", f"host-{os.getpid()}-abc"]
    with subprocess.Popen([sys.executable, *command], stdin=subprocess.PIPE) as process:
        wait_until(lambda: worker_pids() == [process.pid], "it is found")
        process.communicate()
    assert worker_pids() == []


def test_store_can_be_opened_by_path_of_a_new_folder(tmp_path):
    with RunStore.open(f"sqlite:///{tmp_path / 'new' / 'folder' / 'runs.sqlite'}") as store:
        assert store.runs() == []


def test_full_disk_stops_the_run_with_a_reason_and_it_resumes_once_there_is_room(store):
    """SQLite itself says "database or disk is full" when its page limit is reached, as it does without room."""
    earlier = store.submit(SHORT, owner="earlier")
    Worker(store).work(earlier)
    network = store.network_bytes(earlier)
    run_id = store.submit(TrainConfig(hidden_units=512, epochs=1, batch_size=512, training_images=1000))
    with RunStore.open(store.url) as cramped:
        with cramped.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        limit_pages(cramped, pages + 20)
        assert Worker(cramped).work(run_id)
    run = store.run(run_id)
    assert run.state is State.FAILED
    assert "is full" in run.message
    assert "Free some space on the disk" in run.message
    assert store.network_bytes(earlier) == network
    store.resume(run_id)
    assert Worker(store).work(run_id)
    assert finished(store, run_id)


def limit_pages(store, pages):
    """Let the database grow no further than to `pages`, on every connection of this store."""
    store.engine.dispose()
    sa.event.listen(store.engine, "connect", lambda raw, _record: raw.execute(f"PRAGMA max_page_count={pages}"))
