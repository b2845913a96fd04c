"""Jobs: what pages ask of workers besides training is done once, between slices, and survives a worker's death."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST_SHA256
from mnist_core.evaluation import Score
from mnist_core.runs import (
    DamagedBlob,
    ImportedNetwork,
    JobNotFound,
    JobQueue,
    JobState,
    State,
    TooManyJobs,
)
from mnist_core.runs.schema import job_blobs
from mnist_core.workers.worker import Worker
from tests.support.databases import CONFIG, add_run, both_databases
from tests.support.visits import ME, SOMEBODY_ELSE
from tests.support.worker_processes import wait_until, worker_thread

WORKER, OTHER = "one worker", "another worker"


@pytest.fixture
def queue(store) -> JobQueue:
    return JobQueue(store)


@pytest.mark.slow
def test_worker_makes_what_was_asked_for(make_run, queue):
    run_id = make_run(State.FINISHED)
    number = queue.export(run_id, 236, "onnx", "digits.onnx", ME)
    assert queue.job(number).state is JobState.WAITING
    assert Worker(queue.store).work()
    assert (queue.job(number).state, queue.job(number).message) == (JobState.DONE, "")
    assert b"MatMul" in queue.data(number)


def test_same_export_asked_for_twice_is_made_once(store, queue):
    run_id = add_run(store)
    first = queue.export(run_id, 236, "onnx", "digits.onnx", ME)
    assert queue.export(run_id, 236, "onnx", "digits.onnx", SOMEBODY_ELSE) == first
    assert queue.export(run_id, 472, "onnx", "digits.onnx", ME) != first, "the run has been trained further"
    assert queue.export(run_id, 236, "keras", "digits.keras", ME) != first


@both_databases
def test_jobs_are_claimed_once_and_oldest_first(queue):
    numbers = [queue.submit_import(b"bytes", "a.keras", ME, "") for _ in range(2)]
    assert [getattr(queue.claim(worker), "id", None) for worker in (WORKER, OTHER, "a third")] == [*numbers, None]


@pytest.mark.slow
def test_job_does_not_wait_for_the_end_of_a_long_run(store, make_run, queue):
    finished = make_run(State.FINISHED, owner=SOMEBODY_ELSE)
    long_run = store.submit(TrainConfig(hidden_units=16, epochs=100), owner=ME)
    with worker_thread(store):
        wait_until(lambda: store.run(long_run).step > 0, "the run is in training")
        number = queue.export(finished, 236, "npz", "digits.npz", ME)
        wait_until(lambda: queue.job(number).state is JobState.DONE, "the file is made")
        assert store.run(long_run).state is State.ACTIVE


@pytest.mark.slow
def test_file_that_is_not_to_be_had_gets_a_reason(queue, store):
    number = queue.export(store.submit(TrainConfig()), 0, "keras", "digits.keras", ME)
    worker = Worker(store)
    worker.stopping.set()
    worker.work()
    assert queue.job(number).state is JobState.FAILED
    assert "has no network yet" in queue.job(number).message


@both_databases
def test_one_person_cannot_fill_the_line(queue):
    for _ in range(5):
        queue.submit_import(b"bytes", "a.keras", ME, "")
    with pytest.raises(TooManyJobs, match="5 of your requests are still being worked on: wait until one is done"):
        queue.submit_import(b"bytes", "a.keras", ME, "")
    queue.submit_import(b"bytes", "a.keras", SOMEBODY_ELSE, "")
    job = queue.claim(WORKER)
    assert job is not None
    queue.fail(job, "It is no network.")
    queue.submit_import(b"bytes", "a.keras", ME, "")


def exported(queue: JobQueue, run_id: int, owner: str = ME) -> int:
    """An export that is done."""
    number = queue.export(run_id, 8, "npz", "a.npz", owner)
    job = queue.claim(WORKER)
    assert job is not None
    queue.finish_export(job, b"a file")
    return number


@pytest.mark.parametrize(("hours", "kept"), [(23, True), (25, False)])
def test_results_are_forgotten_after_a_day(store, queue, set_clock, hours, kept):
    """When somebody asks for something else; what still waits to be made is not forgotten."""
    number = exported(queue, add_run(store))
    waiting = queue.submit_import(b"bytes", "a.keras", ME, "")
    set_clock(hours * 3600)
    queue.submit_import(b"bytes", "a.keras", ME, "")
    for ask in (queue.job, queue.data):
        with nullcontext() if kept else pytest.raises(JobNotFound, match="Ask for it again"):
            ask(number)
    assert queue.data(waiting) == b"bytes"


@both_databases
def test_results_are_forgotten_with_their_run(store, queue, set_clock):
    lost, kept = (exported(queue, add_run(store)) for _ in range(2))
    store.delete(1)
    set_clock(23 * 3600)
    store.purge()
    assert queue.data(lost) == b"a file", "the run can still be had back"
    set_clock(25 * 3600)
    store.purge()
    for ask in (queue.job, queue.data):
        with pytest.raises(JobNotFound, match="Ask for it again"):
            ask(lost)
    assert queue.data(kept) == b"a file"


def test_an_export_that_failed_is_made_when_it_is_asked_for_again(store, queue):
    run_id = add_run(store)
    first = queue.export(run_id, 8, "npz", "a.npz", ME)
    job = queue.claim(WORKER)
    assert job is not None
    queue.fail(job, "The disk is full.")
    assert (queue.job(first).state, queue.job(first).message) == (JobState.FAILED, "The disk is full.")
    assert queue.export(run_id, 8, "npz", "a.npz", ME) != first


@both_databases
def test_an_imported_network_becomes_a_finished_run_and_its_file_goes(store, queue):
    number = queue.submit_import(b"bytes", "my  network.keras" + "s" * 100, ME, " Ada ")
    job = queue.claim(WORKER)
    assert job is not None
    assert (job.id, job.kind, job.nickname, job.dataset_sha256) == (number, "import", "Ada", MNIST_SHA256)
    assert job.file_name == ("my network.keras" + "s" * 100)[:79] + "…"
    found = ImportedNetwork(b"a network", CONFIG, Score(0.1, 0.9), notes=("one thing", "another"))
    run = store.run(queue.finish_import(job, found))
    assert (run.state, run.owner, run.nickname, run.imported) == (State.FINISHED, ME, "Ada", job.file_name)
    assert (run.step, run.steps, run.test_loss, run.test_accuracy) == (8, 8, 0.1, 0.9)
    assert (run.import_notes, run.layers) == (("one thing", "another"), None)
    assert store.network_and_step(run.id) == (b"a network", 8)
    assert (queue.job(number).state, queue.job(number).run_id) == (JobState.DONE, run.id)
    with pytest.raises(JobNotFound, match="no longer kept"):
        queue.data(number)


def test_the_file_of_an_import_that_fails_goes(queue):
    number = queue.submit_import(b"bytes", "a.keras", ME, "")
    job = queue.claim(WORKER)
    assert job is not None
    assert queue.data(number) == b"bytes"
    queue.fail(job, "It is no network.")
    with pytest.raises(JobNotFound):
        queue.data(number)


def test_damaged_result_is_not_handed_out(store, queue):
    number = exported(queue, add_run(store))
    with queue.store.writing() as connection:
        connection.execute(sa.update(job_blobs).values(data=b"other bytes"))
    with pytest.raises(DamagedBlob):
        queue.data(number)
