"""Analyses in a worker: piece by piece, between slices of training, with progress, under a lease."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from mnist_core.analyses.analysis import Analysis, Parameters, Progress, Steps, Subject
from mnist_core.analyses.registry import ANALYSES
from mnist_core.config import TrainConfig
from mnist_core.errors import UserError
from mnist_core.runs import AnalysisQueue, AnalysisRequest, JobQueue, JobState, State
from mnist_core.workers.worker import Worker
from tests.support.fake_trainer import FakeClock, beat
from tests.support.runs_with_networks import BARS, add_run_with_network, network
from tests.support.visits import ME

LONG = TrainConfig(epochs=20)
"""Of 19 chunks an epoch: 19 s, if a chunk takes 0.05 s."""


@dataclass
class Counting:
    """An analysis of so many pieces of 0.1 s; `meanwhile` is called in each."""

    clock: FakeClock
    pieces: int = 30
    worked: list[float] = field(default_factory=list)
    meanwhile: Callable[[int], object] = lambda _piece: None

    def compute(self, subject: Subject, parameters: Parameters) -> Steps:
        for piece in range(parameters.get("pieces", self.pieces)):
            self.clock.sleep(0.1)
            self.worked.append(self.clock.now)
            self.meanwhile(piece)
            yield Progress((piece + 1) / self.pieces, f"Piece {piece + 1}")
        return {"classes": np.array(subject.network.classes), "images": np.array(len(subject.dataset.test_images))}


@pytest.fixture
def counting(clock, monkeypatch) -> Counting:
    counting = Counting(clock)
    monkeypatch.setitem(ANALYSES, "counting", Analysis("counting", counting.compute))
    return counting


@pytest.fixture
def queue(store) -> AnalysisQueue:
    return AnalysisQueue(store)


@pytest.fixture
def worker(store, trainer) -> Worker:
    return Worker(store, "the worker")


def submit(queue: AnalysisQueue) -> int:
    return queue.submit(AnalysisRequest("counting", None), ME)


def to_the_end(worker: Worker) -> None:
    while worker.work():
        pass


def test_analysis_gets_the_network_and_the_images_of_its_run(store, queue, worker, counting):
    run_id = add_run_with_network(store, State.FINISHED)
    request = AnalysisRequest("counting", run_id, 4, store.run(run_id).dataset_sha256)
    number = queue.submit(request, ME)
    to_the_end(worker)
    assert queue.job(number).state is JobState.DONE
    found = queue.result(number)
    assert (int(found["classes"]), int(found["images"])) == (network().classes, len(BARS.test_images))


def test_an_analysis_reads_what_another_has_found_about_the_same_network(queue, worker, counting, monkeypatch):
    def compute(subject: Subject, parameters: Parameters) -> Steps:
        yield Progress(0.0, "Reading")
        earlier = subject.earlier("counting", {})
        return {"classes": np.array(-1) if earlier is None else earlier["classes"]}

    monkeypatch.setitem(ANALYSES, "reading", Analysis("reading", compute))
    found: list[int] = []
    for name in ("reading", "counting", "reading"):
        number = queue.submit(
            AnalysisRequest(name, None, parameters={"try": len(found)} if name == "reading" else {}), ME
        )
        to_the_end(worker)
        found.append(int(queue.result(number)["classes"]))
    assert found == [-1, 10, 10]


def test_progress_is_written_at_least_every_second_and_at_most_five_times(queue, worker, counting):
    number = submit(queue)
    seen: dict[float, float] = {}
    counting.meanwhile = lambda _piece: seen.setdefault(queue.job(number).progress, counting.clock.now)
    to_the_end(worker)
    assert len(seen) > 5
    gaps = np.diff(list(seen.values()))
    assert gaps.min() >= 0.2
    assert gaps.max() <= 1.0
    assert (queue.job(number).progress, list(seen) == sorted(seen)) == (1.0, True)


@pytest.mark.parametrize("runs", [1, 12])
def test_runs_that_wait_get_two_thirds_of_the_time_and_the_analysis_comes_to_its_end(
    store, queue, worker, counting, clock, runs
):
    for number in range(runs):
        store.submit(LONG, owner=f"person {number}")
    number = submit(queue)
    while queue.job(number).state is JobState.WAITING:
        worker.work()
    first_turn, worked = 5, counting.worked
    share = 0.1 * (counting.pieces - first_turn) / (worked[-1] - worked[first_turn - 1])
    assert 1 / 6 <= share <= 1 / 3


def test_an_analysis_alone_does_not_rest(queue, worker, counting, clock):
    begun = clock.now
    submit(queue)
    to_the_end(worker)
    assert clock.now - begun == pytest.approx(0.1 * counting.pieces)


def test_a_short_analysis_does_not_wait_for_a_long_one(queue, worker, counting):
    long, short = submit(queue), queue.submit(AnalysisRequest("counting", None, parameters={"pieces": 3}), ME)
    while queue.job(short).state is JobState.WAITING:
        worker.work()
    assert queue.job(long).state is JobState.WAITING
    assert len(counting.worked) <= 3 + 2 * 5
    to_the_end(worker)
    assert queue.job(long).state is JobState.DONE


def test_exports_are_made_between_the_pieces(store, queue, worker, counting):
    run_id = add_run_with_network(store, State.FINISHED)
    submit(queue)
    worker.work()
    number = JobQueue(store).export(run_id, 4, "npz", "a.npz", ME)
    worker.work()
    assert JobQueue(store).job(number).state is JobState.DONE
    assert len(counting.worked) < counting.pieces


def test_the_lease_is_kept_while_a_run_is_trained(store, queue, worker, counting, clock, trainer):
    """The heartbeat renews both leases."""
    number = submit(queue)
    worker.work()
    store.submit(LONG)
    trainer.meanwhile = lambda _trainer: beat(worker, clock, 8)
    worker.work()
    assert queue.claim("another worker") is None
    worker.work()
    assert queue.job(number).lease_owner == "the worker"
    assert worker._analyses.unfinished


def test_a_worker_that_lost_the_lease_stops_and_the_other_ones_result_stays(queue, worker, counting, clock):
    number = submit(queue)
    worker.work()
    clock.sleep(7)
    other = queue.claim("another worker")
    assert other is not None
    worker.work()
    assert not worker._analyses.unfinished
    assert len(counting.worked) < 15
    queue.finish(other, {"classes": np.array(3)})
    assert queue.job(number).state is JobState.DONE


def test_an_analysis_stops_when_its_run_is_deleted(store, queue, worker, counting):
    run_id = add_run_with_network(store, State.FINISHED)
    queue.submit(AnalysisRequest("counting", run_id, 4, store.run(run_id).dataset_sha256), ME)
    worker.work()
    store.delete(run_id)
    to_the_end(worker)
    assert len(counting.worked) < 15


def test_a_worker_that_stops_hands_its_analysis_over(queue, worker, counting):
    number = submit(queue)
    counting.meanwhile = lambda piece: worker.stopping.set() if piece == 7 else None
    worker.run()
    other = queue.claim("another worker")
    assert other is not None
    assert (other.id, other.progress) == (number, 0.0)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (UserError("The images are gone."), "The images are gone."),
        (MemoryError(), "There is not enough memory for this. Try again when the machine is less busy."),
        (ValueError("a shape"), "This failed in an unexpected way (ValueError: a shape)."),
    ],
)
def test_failure_in_the_middle_gets_a_sentence(queue, worker, counting, error, message):
    def fail(piece: int) -> None:
        if piece == 7:
            raise error

    counting.meanwhile = fail
    number = submit(queue)
    to_the_end(worker)
    assert (queue.job(number).state, queue.job(number).message) == (JobState.FAILED, message)
    assert not worker._analyses.unfinished


def test_an_analysis_that_this_version_does_not_know_fails_with_a_sentence(queue, worker):
    number = queue.submit(AnalysisRequest("of tomorrow", None), ME)
    to_the_end(worker)
    assert "does not know this analysis" in queue.job(number).message
