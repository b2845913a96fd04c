"""What a worker does in a turn, second by second: how often it writes, when it lets go, what becomes of failures."""

from itertools import pairwise

import pytest

from mnist_core.config import TrainConfig
from mnist_core.errors import UserError
from mnist_core.runs import Failure, State, StoreError, WorkQueue
from mnist_core.training import BadCheckpoint, TrainingDiverged
from mnist_core.workers.worker import Worker
from tests.support.fake_trainer import turns_of

LONG = TrainConfig(epochs=100)
"""Of 19 chunks an epoch: 95 s, if a chunk takes 0.05 s."""


@pytest.fixture
def worker(store, trainer):
    return Worker(store, "the worker")


@pytest.fixture
def after(trainer, clock):
    """Do something once training has gone on for so many seconds from now."""

    def after(seconds, action):
        begun, left = clock.now, [action]

        def act(_trainer):
            if left and clock.now >= begun + seconds:
                left.pop()()

        trainer.meanwhile = act

    return after


# -- what is written, and when --------------------------------------------------------------------


def test_progress_is_written_at_least_twice_a_second_and_at_most_ten_times(store, worker, trainer, clock):
    run_id, written = store.submit(TrainConfig(epochs=20)), {0: clock.now}
    trainer.chunk_seconds = 0.02
    trainer.meanwhile = lambda _trainer: written.setdefault(store.run(run_id).step, clock.now)
    assert worker.work()
    gaps = [after - before for before, after in pairwise(written.values())]
    assert len(gaps) > 20
    assert min(gaps) >= 0.1
    assert max(gaps) <= 0.5
    assert store.history(run_id).points[-1].step == store.run(run_id).steps


@pytest.mark.slow
@pytest.mark.parametrize(("cost", "most_lost", "share"), [(0.01, 1.5, 0.01), (0.5, 11.0, 0.05)])
def test_a_crash_costs_a_second_of_training_or_twenty_times_what_a_checkpoint_takes(
    store, worker, trainer, clock, cost, most_lost, share
):
    """So that checkpoints take a twentieth of the time at most, however large the network."""
    run_id, begun = store.submit(TrainConfig(epochs=30)), clock.now
    saved = {0: begun}
    trainer.checkpoint_seconds = cost
    trainer.meanwhile = lambda _trainer: saved.setdefault(saved_step(store, run_id), clock.now)
    assert worker.work()
    assert max(after - before for before, after in pairwise([*saved.values(), clock.now])) <= most_lost
    assert cost * (len(saved) - 1) / (clock.now - begun) <= share


def saved_step(store, run_id):
    checkpoint = store.checkpoint(run_id)
    return checkpoint.step if checkpoint else 0


def test_a_run_that_is_pushed_aside_has_a_checkpoint_of_its_last_step(store, worker):
    run_id = store.submit(LONG)
    store.submit(LONG, owner="somebody else")
    assert worker.work()
    assert saved_step(store, run_id) == store.run(run_id).step > 0
    assert not store.run(run_id).leased


# -- who is served, and how long ------------------------------------------------------------------


@pytest.mark.slow
def test_twelve_who_press_train_at_once_are_served_in_turn(store, worker, clock):
    """The first step of the last one comes after eleven short turns."""
    begun = clock.now
    run_ids = [store.submit(TrainConfig(epochs=1), owner=f"person {number}") for number in range(12)]
    seconds = []
    for number, run_id in enumerate(run_ids):
        assert store.run(run_id).step == 0
        assert worker.work()
        seconds.append(clock.now - begun)
        assert [store.run(other).step > 0 for other in run_ids] == [index <= number for index in range(12)]
    assert seconds[-1] <= 12 * 0.5
    assert turns_of(worker) == 2 * run_ids, "and twice more, in the same order"
    assert all(store.run(run_id).state is State.FINISHED for run_id in run_ids)


def test_while_another_waits_a_turn_takes_a_quarter_of_a_second_at_first_and_then_two_seconds(store, worker, clock):
    store.submit(LONG, owner="one")
    store.submit(LONG, owner="another")
    lengths = []
    for _ in range(4):
        begun = clock.now
        worker.work()
        lengths.append(clock.now - begun)
    assert [pytest.approx(0.25, abs=0.1)] * 2 + [pytest.approx(2.0, abs=0.3)] * 2 == lengths


def test_alone_a_run_is_trained_to_its_end_in_one_turn(store, worker):
    run_id = store.submit(TrainConfig(epochs=10))
    assert turns_of(worker) == [run_id]
    assert store.run(run_id).state is State.FINISHED


def test_a_short_run_does_not_wait_for_the_end_of_a_long_one(store, worker, after, clock):
    long, begun, short = store.submit(LONG, owner="patient"), clock.now, []
    after(10.0, lambda: short.append(store.submit(TrainConfig(epochs=1), owner="quick")))
    assert worker.work(), "the long one"
    assert clock.now - begun < 11.0
    while store.run(short[0]).state is not State.FINISHED:
        assert worker.work()
    assert clock.now - begun < 16.0
    assert store.run(long).state is State.ACTIVE


# -- what people do meanwhile ---------------------------------------------------------------------


@pytest.mark.parametrize(("action", "state"), [("pause", State.PAUSED), ("stop", State.STOPPED)])
def test_pause_and_stop_are_obeyed_in_the_middle_of_a_turn(store, worker, after, clock, action, state):
    run_id, begun = store.submit(LONG), clock.now
    after(3.0, lambda: getattr(store, action)(run_id))
    assert worker.work()
    run = store.run(run_id)
    assert clock.now - begun < 3.5
    assert (run.state, run.leased) == (state, False)
    assert saved_step(store, run_id) == run.step > 0
    assert (run.train_accuracy is not None) is (state is State.STOPPED), "people ask what its network reads"


def test_a_deleted_run_is_let_go(store, worker, after, clock):
    run_id, begun = store.submit(LONG), clock.now
    after(3.0, lambda: store.delete(run_id))
    assert worker.work()
    assert clock.now - begun < 3.5


def test_one_more_epoch_reaches_a_run_in_training(store, worker, after):
    run_id = store.submit(TrainConfig(epochs=2))
    after(1.0, lambda: store.extend(run_id))
    assert worker.work()
    assert store.run(run_id).steps == store.run(run_id).step == 3 * 469


def test_a_worker_that_is_told_to_stop_puts_its_run_down_at_once(store, worker, after, clock):
    run_id, begun = store.submit(LONG), clock.now
    after(3.01, worker.stopping.set)
    assert worker.work()
    run = store.run(run_id)
    assert clock.now - begun < 3.15, "one chunk, and the last checkpoint"
    assert (run.state, run.leased) == (State.ACTIVE, False)
    assert saved_step(store, run_id) == run.step


# -- what goes wrong ------------------------------------------------------------------------------


def fail_with(error):
    def advance(_trainer):
        raise error

    return advance


@pytest.mark.parametrize(
    ("error", "failure", "words"),
    [
        (TrainingDiverged("The training diverged."), Failure.DIVERGED, "The training diverged."),
        (BadCheckpoint("It does not fit."), Failure.CHECKPOINT, "It does not fit."),
        (UserError("The dataset is gone."), Failure.PASSING, "The dataset is gone."),
        (MemoryError(), Failure.PASSING, "There is not enough memory for this training. Try fewer hidden units"),
        (ZeroDivisionError("nought"), Failure.PASSING, "in an unexpected way (ZeroDivisionError: nought)"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_run_that_fails_says_why_and_the_next_one_is_trained(store, worker, trainer, error, failure, words):
    bad, good = store.submit(LONG), store.submit(TrainConfig(epochs=1), owner="somebody else")
    trainer.meanwhile = fail_with(error)
    assert worker.work(bad)
    run = store.run(bad)
    assert (run.state, run.failure, run.leased) == (State.FAILED, failure, False)
    assert words in run.message
    trainer.meanwhile = None
    assert turns_of(worker) == [good]
    assert store.run(good).state is State.FINISHED


def test_when_the_database_fails_the_run_is_no_failure_and_goes_on_once_its_lease_is_over(
    store, worker, trainer, clock
):
    run_id = store.submit(TrainConfig(epochs=1))
    trainer.meanwhile = fail_with(StoreError("disk I/O error"))
    with pytest.raises(StoreError):
        worker.work()
    trainer.meanwhile = None
    assert store.run(run_id).state is State.ACTIVE
    assert not worker.work(), "it may still be in somebody's hands"
    clock.now += 6.5
    assert turns_of(worker) == [run_id]


def test_a_worker_that_was_taken_for_dead_writes_nothing_more_and_goes_on_with_others(store, worker, after, capsys):
    run_id, queue = store.submit(TrainConfig(epochs=20)), WorkQueue(store)

    def take_away():
        queue.remove_worker("the worker")
        assert queue.claim("another worker")

    after(3.0, take_away)
    assert worker.work()
    run = store.run(run_id)
    assert (run.state, run.message, run.leased) == (State.ACTIVE, "", True)
    assert capsys.readouterr().err == "", "that is nothing unexpected"
    assert run.step < run.steps / 2
    other = store.submit(TrainConfig(epochs=1), owner="somebody else")
    assert turns_of(worker) == [other]


@pytest.mark.parametrize(("error", "seconds"), [(None, 0.1), (StoreError("gone"), 1.0)])
def test_an_idle_worker_looks_ten_times_a_second_and_leaves_a_broken_store_alone_for_a_second(
    worker, monkeypatch, error, seconds
):
    pauses: list[float] = []

    def work() -> bool:
        if error:
            raise error
        return False

    monkeypatch.setattr(worker, "work", work)
    monkeypatch.setattr(worker.stopping, "wait", pauses.append)
    worker._work_or_wait()
    assert pauses == [seconds]
