"""Analyses in the store: the same request is one job, its result is shared and stays, and nothing is written late."""

from __future__ import annotations

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.runs import (
    AnalysisQueue,
    AnalysisRequest,
    DamagedBlob,
    Job,
    JobNotFound,
    JobQueue,
    JobState,
    LeaseLost,
    TooManyJobs,
    WorkQueue,
    enforce_store_limit,
)
from mnist_core.runs.schema import job_blobs
from tests.support.databases import add_run, both_databases
from tests.support.visits import ME, SOMEBODY_ELSE

WORKER, OTHER = "one worker", "another worker"
STARTER = AnalysisRequest("doubling", None)
LOST = np.array([0.25, -0.5])


@pytest.fixture
def queue(store) -> AnalysisQueue:
    return AnalysisQueue(store)


def of_run(run_id: int, step: int = 8, **parameters: object) -> AnalysisRequest:
    return AnalysisRequest("doubling", run_id, step, parameters=parameters)


def claimed(queue: AnalysisQueue, worker: str = WORKER) -> Job:
    job = queue.claim(worker)
    assert job is not None
    return job


def done(queue: AnalysisQueue, request: AnalysisRequest, owner: str = ME) -> int:
    number = queue.submit(request, owner)
    queue.finish(claimed(queue), {"lost": LOST})
    return number


@both_databases
def test_same_request_by_anybody_is_one_job(store, queue):
    run_id = add_run(store)
    for request in (STARTER, of_run(run_id, layer=0)):
        assert queue.find(request) is None
        first = queue.submit(request, ME)
        assert queue.submit(request, SOMEBODY_ELSE) == first
        found = queue.find(request)
        assert found is not None
        assert (found.id, found.state, found.progress) == (first, JobState.WAITING, 0.0)
    assert queue.find(of_run(run_id, layer=1)) is None
    assert queue.find(of_run(add_run(store), layer=0)) is None
    assert queue.find(AnalysisRequest("doubling", None, dataset_sha256="other images")) is None


def test_the_order_of_parameters_does_not_matter(queue):
    first = queue.submit(AnalysisRequest("doubling", None, parameters={"a": 1, "b": 2}), ME)
    assert queue.submit(AnalysisRequest("doubling", None, parameters={"b": 2, "a": 1}), ME) == first


def test_result_is_there_for_everybody_and_is_not_computed_again(queue):
    number = done(queue, STARTER)
    assert queue.submit(STARTER, SOMEBODY_ELSE) == number
    assert queue.job(number).state is JobState.DONE
    np.testing.assert_array_equal(queue.result(number)["lost"], LOST)


def test_a_network_trained_further_is_analysed_again_and_the_newer_result_takes_the_place(store, queue):
    run_id = add_run(store)
    first = done(queue, of_run(run_id, 8))
    second = queue.submit(of_run(run_id, 16), ME)
    assert second != first
    np.testing.assert_array_equal(queue.result(first)["lost"], LOST)
    queue.finish(claimed(queue), {"lost": 2 * LOST})
    np.testing.assert_array_equal(queue.result(second)["lost"], 2 * LOST)
    with pytest.raises(JobNotFound):
        queue.result(first)


def test_a_job_tells_of_which_step_the_network_was(store, queue):
    number = queue.submit(of_run(add_run(store), 8), ME)
    queue.report(claimed(queue), 0.25, "Doubling", step=12)
    job = queue.job(number)
    assert (job.run_step, job.progress, job.doing) == (12, 0.25, "Doubling")


@both_databases
def test_worker_without_its_lease_writes_nothing(queue, set_clock):
    number = queue.submit(STARTER, ME)
    slow = claimed(queue)
    set_clock(7)
    queue.report(claimed(queue, OTHER), 0.5, "Doubling")
    for write in (lambda: queue.report(slow, 0.9, ""), lambda: queue.finish(slow, {}), lambda: queue.fail(slow, "No.")):
        with pytest.raises(LeaseLost):
            write()
    assert (queue.job(number).progress, queue.job(number).state) == (0.5, JobState.WAITING)


def test_analysis_of_a_killed_worker_is_done_by_another(store, queue):
    queue.submit(STARTER, ME)
    claimed(queue)
    assert queue.claim(OTHER) is None
    WorkQueue(store).remove_worker(WORKER)
    assert claimed(queue, OTHER).lease_owner == OTHER


@both_databases
def test_analysis_of_a_deleted_run_stops_and_begins_again_with_the_run(store, queue, set_clock):
    run_id = add_run(store)
    queue.submit(of_run(run_id), ME)
    job = claimed(queue)
    store.delete(run_id)
    for write in (lambda: queue.report(job, 0.5, ""), lambda: queue.finish(job, {"lost": LOST})):
        with pytest.raises(LeaseLost):
            write()
    set_clock(7)
    assert queue.claim(OTHER) is None
    store.restore(run_id)
    assert claimed(queue, OTHER).id == job.id


def test_failed_analysis_says_why_and_is_done_when_it_is_asked_for_again(queue):
    first = queue.submit(STARTER, ME)
    queue.fail(claimed(queue), "The images are gone.")
    found = queue.find(STARTER)
    assert found is not None
    assert (found.state, found.message) == (JobState.FAILED, "The images are gone.")
    assert queue.submit(STARTER, ME) != first


def test_analyses_are_kept_when_exports_are_forgotten(store, queue, set_clock):
    number = done(queue, STARTER)
    set_clock(30 * 24 * 3600)
    JobQueue(store).submit_import(b"bytes", "a.keras", ME, "")
    assert queue.find(STARTER) == queue.job(number)


def test_analyses_beyond_the_share_of_results_go_the_oldest_first(store, queue, set_clock):
    requests = [AnalysisRequest("doubling", None, parameters={"number": number}) for number in range(3)]
    noise = np.random.default_rng(0).random(60_000)  # 480 kB that cannot be compressed
    for second, request in enumerate(requests):
        set_clock(second)
        queue.submit(request, ME)
        queue.finish(claimed(queue), {"noise": noise})
    enforce_store_limit(store, 10_000_000)
    assert [queue.find(request) is not None for request in requests] == [False, True, True]


def test_analyses_and_files_are_claimed_apart(store, queue):
    analysis = queue.submit(STARTER, ME)
    file = JobQueue(store).submit_import(b"bytes", "a.keras", ME, "")
    assert claimed(queue).id == analysis
    job = JobQueue(store).claim(WORKER)
    assert job is not None
    assert job.id == file


def test_a_waiting_analysis_makes_workers_release_their_runs(store, queue):
    queue.submit(STARTER, ME)
    assert WorkQueue(store).waiting() == 1


def test_one_person_cannot_fill_the_line_with_analyses(queue):
    for number in range(5):
        queue.submit(AnalysisRequest("doubling", None, parameters={"number": number}), ME)
    with pytest.raises(TooManyJobs, match="5 of your requests are still being worked on: wait until one is done"):
        queue.submit(STARTER, ME)
    queue.submit(STARTER, SOMEBODY_ELSE)


def test_damaged_result_is_not_shown_and_can_be_asked_for_again(store, queue):
    number = done(queue, STARTER)
    with store.writing() as connection:
        connection.execute(sa.update(job_blobs).values(data=b"other bytes"))
    with pytest.raises(DamagedBlob):
        queue.result(number)
    queue.forget(number)
    assert queue.submit(STARTER, ME) != number
