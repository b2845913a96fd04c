"""How long a worker trains a run before the next one gets its turn."""

import pytest

from mnist_core.runs import JobQueue, State
from mnist_core.workers.slice_length import slice_seconds
from tests.support.databases import CHECKPOINT, CONFIG, add_run, claim


@pytest.mark.parametrize(
    ("workers", "in_line", "seconds"),
    [
        (1, 1, 2.0),  # 5 s, but no more than 2
        (1, 2, 2.0),
        (1, 4, 1.25),
        (1, 5, 1.0),
        (1, 10, 0.5),
        (1, 20, 0.25),
        (1, 40, 0.25),  # 0.125 s, but no less than 0.25
        (2, 10, 1.0),
        (3, 10, 1.5),
        (8, 10, 2.0),
        (4, 40, 0.5),
        (0, 5, 1.0),  # whoever asks is one, though it has not said so yet
    ],
)
def test_slices_get_shorter_with_the_queue_and_longer_with_workers(store, queue, workers, in_line, seconds):
    """5 s shared among all that are in line, times the workers: so that each curve moves every 5 s."""
    for number in range(workers):
        queue.heartbeat(f"worker {number}", ready=True)
    queue.heartbeat("starting", ready=False)
    for _ in range(in_line):
        store.submit(CONFIG)
    first = claim(queue)
    assert slice_seconds(first) == 0.25, "the first is short, so that every newcomer sees a step soon"
    queue.record(first, [], 0.1, CHECKPOINT, release=True)
    assert slice_seconds(claim(queue, run_id=first.run.id)) == seconds


def test_jobs_in_line_make_slices_shorter_as_well(store, queue):
    run_id = add_run(store, State.STOPPED)
    jobs = JobQueue(store)
    for step in range(4):
        jobs.export(run_id, step, "npz", "a.npz", "me")
    add_run(store, State.ACTIVE)
    assert slice_seconds(claim(queue)) == 1.0
