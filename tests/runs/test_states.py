"""What people may do to a run in each of its states, and what becomes of it."""

from __future__ import annotations

import pytest

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.progress import ProgressPoint
from mnist_core.runs import (
    BulkOperations,
    Failure,
    JobNotFound,
    JobQueue,
    RunNotFound,
    RunStore,
    State,
    WrongState,
    schema,
)
from mnist_core.runs.schema import runs
from tests.support.databases import CHECKPOINT, add_run, both_databases, change, claim, count_of, everything

ACTIVE, PAUSED, FINISHED, STOPPED, FAILED = State.ACTIVE, State.PAUSED, State.FINISHED, State.STOPPED, State.FAILED
BECOMES = {
    RunStore.pause: {ACTIVE: PAUSED},
    RunStore.resume: {PAUSED: ACTIVE, FAILED: ACTIVE},
    RunStore.stop: {ACTIVE: STOPPED, PAUSED: STOPPED, FAILED: STOPPED},
    RunStore.extend: {ACTIVE: ACTIVE, PAUSED: PAUSED, FINISHED: ACTIVE, STOPPED: ACTIVE, FAILED: ACTIVE},
}
STATES = (ACTIVE, PAUSED, FINISHED, STOPPED, FAILED)


@pytest.mark.parametrize("action", BECOMES, ids=lambda it: it.__name__)
@pytest.mark.parametrize("state", STATES)
def test_what_becomes_of_a_run_or_why_nothing(store, action, state):
    number = add_run(store, state)
    before = everything(store)
    expected = BECOMES[action].get(state)
    if expected is None:
        with pytest.raises(WrongState, match=f"Run {number} is {state.word.lower()} and cannot be "):
            action(store, number)
        assert everything(store) == before
    else:
        action(store, number)
        assert store.run(number).state is expected


@both_databases
def test_a_run_is_paused_while_it_is_trained_resumed_and_stopped(store, queue):
    number = store.submit(TrainConfig())
    turn = claim(queue)
    store.pause(number)
    status = queue.record(turn, [ProgressPoint(26, 1, 0.9, 0.7)], 0.1, CHECKPOINT, release=True)
    assert (status.state, status.wanted, status.epochs) == (PAUSED, False, 5)
    store.resume(number)
    turn = claim(queue)
    assert turn.checkpoint == CHECKPOINT
    store.stop(number)
    assert not queue.record(turn, [], 0.1, CHECKPOINT, release=True).wanted
    assert store.run(number).state is STOPPED


@pytest.mark.parametrize("state", STATES)
def test_a_run_is_renamed_pinned_deleted_and_restored_in_any_state_and_stays_in_it(store, set_clock, state):
    number = add_run(store, state)
    steps = [
        lambda: store.rename(number, "the other"),
        lambda: store.pin(number),
        lambda: store.pin(number, False),
        lambda: store.delete(number),
        lambda: store.restore(number),
    ]
    seen = []
    for minute, step in enumerate(steps, 1):
        before = store.run(number).updated_at
        set_clock(60 * minute)
        step()
        run = store.run(number)
        seen.append((run.name, run.pinned, run.deleted_at is not None, len(store.runs())))
        assert run.state is state
        assert run.updated_at > before + 50, "pages that look for changes find it"
    assert seen == [
        ("the other", False, False, 1),
        ("the other", True, False, 1),
        ("the other", False, False, 1),
        ("the other", False, True, 0),
        ("the other", False, False, 1),
    ]


@both_databases
def test_checkpoint_at_the_last_step_finishes_the_run_even_when_paused(store, queue):
    number = store.submit(TrainConfig(epochs=1))
    turn = claim(queue)
    store.pause(number)
    assert queue.record(turn, [], 0.1, CHECKPOINT._replace(step=468)).state is PAUSED, "not yet the last"
    status = queue.record(turn, [ProgressPoint(469, 1, 0.3, 0.9, 0.3, 0.9)], 1, CHECKPOINT._replace(step=469))
    assert status.state is FINISHED
    assert (store.run(number).state, store.run(number).leased) == (FINISHED, False)


def test_one_more_epoch_reopens_a_finished_run_and_reaches_a_running_one(store, queue):
    number = store.submit(TrainConfig(epochs=1))
    turn = claim(queue)
    store.extend(number)
    status = queue.record(turn, [], 1, CHECKPOINT._replace(step=469))
    assert (status.state, status.epochs) == (ACTIVE, 2)
    queue.record(turn, [], 1, CHECKPOINT._replace(step=938), release=True)
    assert store.run(number).state is FINISHED
    store.extend(number)
    assert claim(queue).run.config.epochs == 3


def test_epochs_are_added_up_to_the_limit(store):
    number = store.submit(TrainConfig(epochs=97))
    store.extend(number, 3)
    with pytest.raises(ConfigError, match="from 1 to 100, not 101"):
        store.extend(number)
    assert store.run(number).config.epochs == 100


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("sweep_id", 7, "belongs to sweep 7, which compares runs of equal length"), ("imported", "a.h5", "was imported")],
)
def test_a_run_of_a_sweep_or_an_imported_one_gets_no_more_epochs(store, column, value, words):
    number = add_run(store)
    change(store, runs, **{column: value})
    with pytest.raises(WrongState, match=words):
        store.extend(number)


def test_a_run_whose_schedule_has_come_to_its_end_gets_no_more_epochs(store):
    number = store.submit(TrainConfig(schedule="cosine"))
    with pytest.raises(WrongState, match=r"a cosine schedule over 5 epochs; .* train a new run with more epochs"):
        store.extend(number)


# -- runs that failed ---------------------------------------------------------------------------


@pytest.mark.parametrize("again", [RunStore.resume, RunStore.extend])
def test_a_failure_keeps_its_reason_until_the_run_goes_on(store, queue, again):
    number = store.submit(TrainConfig())
    queue.record(claim(queue), [], 1.0, CHECKPOINT, release=True)
    queue.fail(claim(queue), "The disk is full.")
    run = store.run(number)
    assert (run.state, run.message, run.failure, run.leased) == (FAILED, "The disk is full.", Failure.PASSING, False)
    again(store, number)
    run = store.run(number)
    assert (run.state, run.message, run.failure) == (ACTIVE, "", None)
    assert claim(queue).checkpoint == CHECKPOINT


@pytest.mark.parametrize("failure", [Failure.DIVERGED, Failure.CHECKPOINT])
def test_a_run_that_would_fail_again_is_not_resumed_but_may_be_stopped_or_trained_from_the_start(store, queue, failure):
    number = store.submit(TrainConfig(learning_rate=3))
    queue.fail(claim(queue), "It went wrong.", failure)
    assert store.run(number).failure is failure
    with pytest.raises(WrongState, match=r"would fail again\. It went wrong"):
        store.resume(number)
    store.extend(number)
    assert store.run(number).failure is None
    queue.fail(claim(queue), "It went wrong.", failure)
    store.stop(number)
    assert store.run(number).failure is None


def test_what_an_earlier_program_wrote_of_a_divergence_is_understood(store, queue):
    number = store.submit(TrainConfig())
    queue.fail(claim(queue), "The training diverged in epoch 1: the loss is not a number. Try ...")
    assert store.run(number).failure is Failure.DIVERGED
    change(store, runs, failure="of a later program", message="?")
    assert store.run(number).failure is Failure.PASSING


# -- deleted runs -------------------------------------------------------------------------------


@both_databases
def test_deleted_run_rests_out_of_sight_and_comes_back(store, queue):
    number = store.submit(TrainConfig())
    turn = claim(queue)
    store.delete(number)
    assert store.runs() == []
    status = queue.record(turn, [], 0.1, CHECKPOINT, release=True)
    assert (status.deleted, status.wanted) == (True, False)
    assert queue.claim("worker") is None
    store.restore(number)
    assert claim(queue).run.id == number


@both_databases
def test_deleted_runs_go_for_good_after_a_day_with_all_that_was_theirs(store, queue, set_clock):
    jobs = JobQueue(store)
    kept, number = add_run(store), add_run(store)
    job = jobs.export(number, 8, "npz", "a.npz", "me")
    claimed = jobs.claim("worker")
    assert claimed is not None
    jobs.finish_export(claimed, b"a file")
    store.delete(number)
    set_clock(23 * 3600)
    assert store.purge() == 0
    set_clock(25 * 3600)
    assert store.purge() == 1
    for gone in (lambda: store.run(number), lambda: store.history(number), lambda: store.network_bytes(number)):
        with pytest.raises(RunNotFound):
            gone()
    for ask in (jobs.job, jobs.data):
        with pytest.raises(JobNotFound, match="Ask for it again"):
            ask(job)
    counts = [count_of(store, it) for it in (runs, schema.progress, schema.blobs, schema.jobs, schema.job_blobs)]
    assert counts == [1, 1, 2, 0, 0]
    assert [it.id for it in store.runs()] == [kept]
    assert store.submit(TrainConfig()) == number + 1, "numbers are never used twice"


def test_deleted_runs_go_five_at_a_time_so_that_nobody_waits_long(store, set_clock):
    ids = [store.submit(TrainConfig()) for _ in range(7)]
    BulkOperations(store).delete(ids[:6])
    set_clock(25 * 3600)
    assert [store.purge() for _ in range(3)] == [5, 1, 0]
    assert [it.id for it in store.runs()] == ids[6:]


def test_a_run_that_is_not_there_gets_a_sentence(store):
    for action in (*BECOMES, RunStore.restore, RunStore.delete, RunStore.pin):
        with pytest.raises(RunNotFound, match="There is no run 99"):
            action(store, 99)
