"""Jobs: what pages ask of workers besides training is done once, between slices, and survives a worker's death."""

from __future__ import annotations

import os
import signal

import pytest
import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.engine import start_worker
from mnist_core.export.formats import KERAS, ONNX
from mnist_core.runs import (
    DamagedBlob,
    JobNotFound,
    JobQueue,
    JobState,
    LeaseLost,
    RunStore,
    State,
    TooManyJobs,
    WorkQueue,
)
from mnist_core.runs.leases import LEASE_SECONDS
from mnist_core.runs.schema import job_blobs, jobs
from mnist_core.worker import Worker
from scripts.running_app import wait_until
from tests.visits import ME, SOMEBODY_ELSE

WORKER, OTHER = "one worker", "another worker"


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request):
    """Both databases: claims are theirs to get right."""
    name = "database_url" if request.param == "sqlite" else "postgresql_url"
    with RunStore.open(request.getfixturevalue(name)) as store:
        yield store


@pytest.fixture
def queue(store) -> JobQueue:
    return JobQueue(store)


def later(store: RunStore, seconds: float) -> None:
    """Let time pass for the leases and ages of all jobs."""
    with store.writing() as connection:
        shift = {name: jobs.c[name] - seconds for name in ("lease_until", "updated_at", "created_at")}
        connection.execute(jobs.update().values(shift))


def test_worker_makes_what_was_asked_for(make_run, queue):
    run_id = make_run(State.FINISHED)
    number = queue.export(run_id, 236, ONNX.name, "digits.onnx", ME)
    assert queue.job(number).state is JobState.WAITING
    assert Worker(queue.store).work()
    assert (queue.job(number).state, queue.job(number).message) == (JobState.DONE, "")
    assert b"MatMul" in queue.data(number)


def test_same_export_asked_for_twice_is_made_once(make_run, queue):
    run_id = make_run(State.FINISHED)
    first = queue.export(run_id, 236, ONNX.name, "digits.onnx", ME)
    assert queue.export(run_id, 236, ONNX.name, "digits.onnx", SOMEBODY_ELSE) == first
    assert queue.export(run_id, 472, ONNX.name, "digits.onnx", ME) != first, "the run has been trained further"
    assert queue.export(run_id, 236, KERAS.name, "digits.keras", ME) != first


def test_job_is_claimed_once(any_store):
    queue = JobQueue(any_store)
    number = queue.submit_import(b"bytes", "a.keras", ME, "")
    job = queue.claim(WORKER)
    assert job is not None
    assert job.id == number
    assert queue.claim(OTHER) is None


def test_job_of_a_silent_worker_goes_to_another_and_the_first_writes_nothing(any_store):
    queue = JobQueue(any_store)
    queue.submit_import(b"bytes", "a.keras", ME, "")
    first = queue.claim(WORKER)
    later(any_store, LEASE_SECONDS + 1)
    second = queue.claim(OTHER)
    assert first is not None
    assert second is not None
    with pytest.raises(LeaseLost):
        queue.fail(first, "too late")
    queue.fail(second, "in time")
    assert queue.job(second.id).message == "in time"


def test_heartbeats_keep_a_job(queue):
    queue.submit_import(b"bytes", "a.keras", ME, "")
    job = queue.claim(WORKER)
    assert job is not None
    later(queue.store, LEASE_SECONDS - 1)
    WorkQueue(queue.store).heartbeat(WORKER, ready=True, lease=job.lease)
    later(queue.store, LEASE_SECONDS - 1)
    assert queue.claim(OTHER) is None


def test_file_at_which_workers_die_is_given_up(queue):
    number = queue.submit_import(b"bytes", "a.keras", ME, "")
    for worker in (WORKER, OTHER):
        assert queue.claim(worker) is not None
        WorkQueue(queue.store).bury(worker)
    assert queue.claim(WORKER) is None
    assert queue.job(number).state is JobState.FAILED
    assert "Two workers ended at this file" in queue.job(number).message


def test_killed_worker_does_not_take_a_job_along(make_run, queue):
    """A real worker dies holding the job; a second one finds it again and makes the file."""
    run_id = make_run(State.FINISHED)
    number = queue.export(run_id, 236, ONNX.name, "digits.onnx", ME)
    assert queue.claim("doomed") is not None
    doomed = start_worker(queue.store.url, "doomed")
    wait_until(queue.store.workers, "the worker gives a sign of life")
    os.kill(doomed.pid, signal.SIGKILL)
    doomed.wait()
    assert queue.job(number).state is JobState.WAITING
    WorkQueue(queue.store).bury("doomed")  # as its supervisor does
    assert Worker(queue.store).work()
    assert queue.job(number).state is JobState.DONE


def test_job_does_not_wait_for_the_end_of_a_long_run(store, make_run, queue):
    finished = make_run(State.FINISHED, owner=SOMEBODY_ELSE)
    long_run = store.submit(TrainConfig(hidden_units=64, epochs=100), owner=ME)
    worker = start_worker(store.url, "the only one")
    try:
        wait_until(lambda: store.run(long_run).step > 0, "the run is in training", 60)
        number = queue.export(finished, 236, ONNX.name, "digits.onnx", ME)
        wait_until(lambda: queue.job(number).state is JobState.DONE, "the file is made", 20)
        assert store.run(long_run).state is State.ACTIVE
    finally:
        store.stop(long_run)
        worker.kill()
        worker.wait()


def test_file_that_is_not_to_be_had_gets_a_reason(queue, store):
    number = queue.export(store.submit(TrainConfig()), 0, KERAS.name, "digits.keras", ME)
    worker = Worker(store)
    worker.stopping.set()
    worker.work()
    assert queue.job(number).state is JobState.FAILED
    assert "has no network yet" in queue.job(number).message


def test_one_person_cannot_fill_the_line(queue):
    for _ in range(5):
        queue.submit_import(b"bytes", "a.keras", ME, "")
    with pytest.raises(TooManyJobs, match="wait until one is ready"):
        queue.submit_import(b"bytes", "a.keras", ME, "")
    queue.submit_import(b"bytes", "a.keras", SOMEBODY_ELSE, "")


def test_results_are_forgotten_after_a_day_and_with_their_run(make_run, queue):
    run_id = make_run(State.FINISHED)
    number = queue.export(run_id, 236, ONNX.name, "digits.onnx", ME)
    Worker(queue.store).work()
    later(queue.store, 25 * 3600)
    queue.submit_import(b"bytes", "a.keras", ME, "")
    with pytest.raises(JobNotFound, match="Ask for it again"):
        queue.job(number)


def test_damaged_result_is_not_handed_out(make_run, queue):
    number = queue.export(make_run(State.FINISHED), 236, ONNX.name, "digits.onnx", ME)
    Worker(queue.store).work()
    with queue.store.writing() as connection:
        connection.execute(sa.update(job_blobs).values(data=b"other bytes"))
    with pytest.raises(DamagedBlob):
        queue.data(number)
