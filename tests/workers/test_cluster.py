"""Beyond one machine: PostgreSQL, a Dask scheduler and Dask workers as real processes, which are then killed."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial

import pytest

from mnist_core.config import TrainConfig
from mnist_core.runs import RunStore, StoreError, WorkQueue
from mnist_core.workers import dask_cluster, supervisor
from mnist_core.workers.dask_cluster import SETTING, ClusterSlots
from mnist_core.workers.problems import Problems, problems
from tests.support.dask_cluster import PROJECT, DaskCluster, kill, note, refuse
from tests.support.worker_processes import finished, stored_fingerprint, undisturbed_weights, wait_until

if not os.environ.get("CI"):
    pytest.importorskip("distributed", reason="pip install -r requirements-cluster.txt")

pytestmark = pytest.mark.slow

CONFIGS = [TrainConfig(hidden_units=16, epochs=6, batch_size=256, seed=seed) for seed in range(2)]


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Whoever looks for a cluster looks again soon, and does not wait long for one that is not there."""
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 2.0)
    for name in ("RECONNECT_SECONDS", "LOOK_SECONDS"):
        monkeypatch.setattr(dask_cluster, name, 0.5)


@pytest.fixture
def cluster(tmp_path):
    cluster = DaskCluster(tmp_path)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def one_slot(tmp_path_factory):
    """A cluster of one worker with one thread, on which nothing runs before a test, or after it."""
    cluster = DaskCluster(tmp_path_factory.mktemp("cluster"))
    cluster.start_scheduler()
    cluster.start_worker()
    yield cluster
    cluster.stop()


@contextmanager
def running(workers):
    workers.start()
    try:
        yield workers
    finally:
        workers.stop()


def ready_workers(store):
    return sum(worker.ready for worker in store.workers())


def test_four_runs_survive_a_killed_worker_and_a_killed_scheduler(cluster, postgresql_url, monkeypatch):
    monkeypatch.setenv("MNIST_DATABASE_URL", postgresql_url)
    monkeypatch.setenv(SETTING, cluster.address)
    cluster.start_scheduler()
    for _ in range(2):
        cluster.start_worker()
    workers = supervisor.start_workers()
    try:
        with RunStore.open() as store:
            wait_until(lambda: ready_workers(store) == 2, "both slots have a worker")
            run_ids = [store.submit(config, owner=f"person {number}") for number, config in enumerate(2 * CONFIGS)]
            wait_until(lambda: all(store.run(run_id).step for run_id in run_ids), "all have started")
            cluster.kill_worker()
            steps = sum_of_steps(store)
            wait_until(lambda: sum_of_steps(store) > steps, "the other worker goes on")
            cluster.kill_scheduler()
            assert unfinished(store, run_ids), "killed too late to show anything"
            cluster.start_scheduler()
            cluster.start_worker()
            wait_until(lambda: all(finished(store, run_id) for run_id in run_ids), "all runs end")
            trained = [stored_fingerprint(store, run_id) for run_id in run_ids]
    finally:
        workers.stop()
    assert trained == 2 * [undisturbed_weights(config) for config in CONFIGS]
    assert problems.text == ""


def sum_of_steps(store):
    return sum(run.step for run in store.runs())


def unfinished(store, run_ids):
    return [run_id for run_id in run_ids if not finished(store, run_id)]


# -- what the slots do, without TensorFlow --------------------------------------------------------


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


def noted(folder):
    return len(list(folder.iterdir()))


def test_every_slot_has_one_call_also_where_scheduler_and_workers_come_late(cluster, notes, capsys):
    problems = Problems()
    with running(ClusterSlots(cluster.address, partial(note, str(notes)), problems.report)):
        wait_until(lambda: problems.text, "the trouble is said")
        assert f"{SETTING} is {cluster.address}, where no Dask scheduler can be reached" in problems.text
        cluster.start_scheduler()
        wait_until(lambda: "has no workers" in problems.text, "the scheduler is found")
        cluster.start_worker(threads=2)
        wait_until(lambda: noted(notes) == 2 and not problems.text, "both threads serve")
        cluster.start_worker()
        wait_until(lambda: noted(notes) == 3, "the new worker serves")
    wait_until(lambda: noted(notes) == 0, "nobody serves any more")
    assert problems.text == ""
    assert f"No training: {SETTING}" in capsys.readouterr().err


def test_calls_of_a_killed_server_end_and_those_of_the_next_begin(one_slot, notes):
    server = start_server(one_slot.address, notes)
    wait_until(lambda: noted(notes) == 1, "the slot serves")
    first = list(notes.iterdir())
    kill(server)
    with running(ClusterSlots(one_slot.address, partial(note, str(notes)), lambda _: None)):
        wait_until(lambda: noted(notes) == 1 and list(notes.iterdir()) != first, "the slot serves the next server")
    wait_until(lambda: noted(notes) == 0, "nobody serves any more")


def start_server(address, notes):
    code = f"""
import time
from functools import partial
from mnist_core.workers.dask_cluster import ClusterSlots
from tests.support.dask_cluster import note
ClusterSlots({address!r}, partial(note, {str(notes)!r}), print).start()
while True:
    time.sleep(60)
"""
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, start_new_session=True)


@pytest.mark.parametrize("address", ["nonsense", "carrier-pigeon://10.0.0.5:8786", "tcp://127.0.0.1:port"])
def test_malformed_address_is_said(address):
    problems = Problems()
    with running(ClusterSlots(address, refuse, problems.report)):
        wait_until(lambda: f"{SETTING} is {address}, where no" in problems.text, "the trouble is said")
    assert "\n" not in problems.text


def test_missing_package_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    problems = Problems()
    with running(ClusterSlots("tcp://127.0.0.1:1", refuse, problems.report)):
        wait_until(lambda: "requirements-cluster.txt" in problems.text, "the trouble is said")


def test_page_says_why_nobody_trains_and_keeps_the_run(open_page, store, monkeypatch):
    monkeypatch.setattr(problems, "text", f"{SETTING} is tcp://nowhere:8786, where no Dask scheduler is.")
    page = open_page("train/page.py")
    assert f"Nothing can be trained at the moment. {SETTING} is tcp://nowhere:8786" in page.words
    page.press("Train")
    assert "continues by itself once that is fixed" in page.words
    assert len(store.runs()) == 1


def test_reason_why_a_slot_does_not_serve_is_said(one_slot):
    problems = Problems()
    with running(ClusterSlots(one_slot.address, refuse, problems.report)):
        wait_until(lambda: "cannot train: The run store is elsewhere." in problems.text, "the trouble is said")


def test_store_in_a_file_of_another_machine_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv("MNIST_DATABASE_URL", raising=False)
    with pytest.raises(StoreError, match="A cluster needs PostgreSQL"):
        supervisor.serve_slot(f"sqlite:///{tmp_path / 'elsewhere.sqlite'}", lambda: False)


def test_leases_hold_between_hosts_whose_clocks_differ(postgresql_url, monkeypatch):
    with RunStore.open(postgresql_url) as store:
        store.submit(TrainConfig())
        turn = WorkQueue(store).claim("here")
        assert turn is not None
        hour_later = time.time() + 3600
        monkeypatch.setattr(time, "time", lambda: hour_later)
        assert WorkQueue(store).claim("where the clock is an hour fast") is None
        WorkQueue(store).record(turn, [], 0.1)
