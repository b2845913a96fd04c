"""What becomes of a run, a job and a sweep whose worker meets an error of the database."""

import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.network import Network
from mnist_core.progress import Checkpoint
from mnist_core.runs import JobQueue, RunStore, State, WorkQueue, leases
from mnist_core.runs.run_records import JobState, SweepState
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.options import Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.workers import worker
from mnist_core.workers.worker import Worker
from tests.support.worker_processes import stored_fingerprint, undisturbed_weights, wait_until, worker_thread

CONFIG = TrainConfig(hidden_units=16, epochs=2, batch_size=512)
NETWORK = Network.from_weights([np.zeros(shape) for shape in ((784, 16), 16, (16, 10), 10)], "relu").to_bytes()


def add(store: RunStore, kind: str) -> int:
    """Ask for a run, an export of one or a sweep; return its number."""
    if kind == "sweeps":
        plan = Plan(replace(CONFIG, epochs=1), Space.parse({"hidden_units": "8, 16"}), Sampler.GRID)
        return SweepStore(store).submit(plan, owner="me")
    run_id = store.submit(CONFIG)
    if kind == "runs":
        return run_id
    turn = WorkQueue(store).claim("a worker of the test")
    assert turn is not None
    checkpoint = Checkpoint(turn.run.steps, NETWORK, b"")
    WorkQueue(store).record(turn, [], 0.0, checkpoint)
    return JobQueue(store).export(run_id, turn.run.steps, "npz", "weights.npz", "me")


def over(store: RunStore, kind: str, number: int) -> bool:
    """Whether it has come to a good end."""
    if kind == "runs":
        return store.run(number).state is State.FINISHED
    if kind == "jobs":
        return JobQueue(store).job(number).state is JobState.DONE
    return SweepStore(store).sweep(number).state is SweepState.FINISHED


@contextmanager
def one_error_when_written(store: RunStore, kind: str):
    """Let the first statement that would write what a turn has achieved fail; yield the errors so far."""
    errors: list[str] = []

    def fail(_connection, _cursor, statement, parameters, _context, _many):
        if not errors and statement.startswith(f"UPDATE {kind} SET") and "updated_at=" in statement:
            errors.append(statement)
            raise sa.exc.OperationalError(statement, parameters, sqlite3.OperationalError("disk I/O error"))

    sa.event.listen(store.engine, "before_cursor_execute", fail)
    yield errors
    sa.event.remove(store.engine, "before_cursor_execute", fail)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["runs", "jobs", "sweeps"])
def test_what_a_worker_drops_after_an_error_of_the_database_is_taken_up_again_and_ends_well(store, kind, monkeypatch):
    """By the same worker, the only one there is, and though it gives signs of life all the time."""
    monkeypatch.setattr(leases, "LEASE_SECONDS", 0.6)
    monkeypatch.setattr(worker, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(worker, "STORE_ERROR_SECONDS", 0.1)
    number = add(store, kind)
    with one_error_when_written(store, kind) as errors, worker_thread(store):
        wait_until(lambda: over(store, kind, number), "it ends")
    assert errors, "there was no error to get over"
    if kind == "runs":
        assert stored_fingerprint(store, number) == undisturbed_weights(CONFIG)


def test_a_worker_that_ends_gives_no_more_signs_of_life(store, monkeypatch):
    monkeypatch.setattr(Worker, "_warm_up", lambda _self: None)
    monkeypatch.setattr(Worker, "work", lambda _self: 1 / 0)
    working = Worker(store)
    with pytest.raises(ZeroDivisionError):
        working.run()
    assert working.stopping.is_set()


def test_heartbeats_go_on_after_any_error(store, monkeypatch, capsys):
    """Without them, a worker would lose each run that it takes."""
    beats = []

    def beat(*_arguments):
        beats.append(1)
        raise MemoryError

    working = Worker(store)
    monkeypatch.setattr(worker, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(working.queue, "heartbeat", beat)
    thread = threading.Thread(target=working._send_heartbeats)
    thread.start()
    wait_until(lambda: len(beats) >= 3, "further heartbeats")
    working.stopping.set()
    thread.join()
    assert capsys.readouterr().err.count("Traceback") == 1, "said once"
