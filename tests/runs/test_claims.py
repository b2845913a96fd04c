"""Which run a worker gets next."""

import pytest

from mnist_core.config import TrainConfig
from mnist_core.progress import ProgressPoint
from mnist_core.runs import RunStore, State, WorkQueue, schema
from mnist_core.runs.schema import runs
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from tests.support.databases import CHECKPOINT, CONFIG, add_run, both_databases, claim


def served(queue: WorkQueue, count: int) -> list[int]:
    """The numbers of the runs that one worker gets, one after the other."""
    numbers = []
    for _ in range(count):
        turn = claim(queue)
        numbers.append(turn.run.id)
        queue.record(turn, [], 0.1, CHECKPOINT, release=True)
    return numbers


def give_to_sweep(store: RunStore, sweep_id: int, *run_ids: int) -> None:
    with store.writing() as connection:
        connection.execute(runs.update().where(runs.c.id.in_(run_ids)).values(sweep_id=sweep_id))


# -- whose turn it is ---------------------------------------------------------------------------


@both_databases
def test_runs_take_turns_and_newcomers_go_first(store, queue):
    ids = [store.submit(CONFIG, owner=owner) for owner in "abc"]
    assert served(queue, 4) == [*ids, ids[0]]
    newcomer = store.submit(CONFIG, owner="d")
    assert served(queue, 4) == [newcomer, ids[1], ids[2], ids[0]]


@both_databases
def test_one_run_of_an_owner_trains_at_a_time(store, queue):
    first, second = (store.submit(CONFIG, owner="me") for _ in range(2))
    assert claim(queue).run.id == first
    assert queue.claim("another") is None
    store.stop(first)
    assert claim(queue, "another").run.id == second


@pytest.mark.parametrize("aside", [RunStore.pause, RunStore.stop, RunStore.delete])
def test_an_owners_run_that_is_not_to_be_trained_does_not_hold_up_the_next(store, queue, aside):
    first, second = (store.submit(CONFIG, owner="me") for _ in range(2))
    aside(store, first)
    assert claim(queue).run.id == second
    assert queue.claim("another") is None


def test_runs_without_an_owner_are_not_one_after_the_other(store, queue):
    ids = [store.submit(CONFIG) for _ in range(2)]
    assert [claim(queue, worker).run.id for worker in ("one", "another")] == ids


def test_runs_of_a_sweep_train_side_by_side_and_beside_their_owners_other_runs(store, queue):
    """They neither wait for each other, nor does their owner's own run wait for them, or they for it."""
    ids = [store.submit(CONFIG, owner="me") for _ in range(4)]
    give_to_sweep(store, 7, ids[0], ids[2], ids[3])
    assert sorted(claim(queue, worker).run.id for worker in "abcd") == ids


@pytest.mark.parametrize(("seconds", "first"), [(290, 0), (310, 1)])
def test_a_run_counts_as_watched_for_five_minutes(store, queue, set_clock, seconds, first):
    ids = [store.submit(CONFIG, owner="left")]
    set_clock(seconds)
    ids.append(store.submit(CONFIG, owner="here"))
    assert claim(queue).run.id == ids[first]
    assert claim(queue, "another").run.id == ids[1 - first]


def test_who_looks_again_is_served_again_before_others(store, queue, set_clock):
    left, back = (store.submit(CONFIG, owner=owner) for owner in ("left", "back"))
    set_clock(1000)
    store.watch(back)
    assert served(queue, 2) == [back, back]
    assert store.run(left).step == 0


@both_databases
def test_of_a_watched_sweep_the_oldest_run_counts_as_watched_and_the_others_do_not(store, queue, set_clock):
    sweeps = SweepStore(store)
    watched, other = (sweeps.submit(Plan(CONFIG, Space.parse({"hidden_units": "8, 16"})), owner=it) for it in "ab")
    alone, *ids = (store.submit(CONFIG) for _ in range(5))
    give_to_sweep(store, other, *ids[:2])
    give_to_sweep(store, watched, *ids[2:])
    set_clock(1000)
    sweeps.watch(watched)
    assert claim(queue).run.id == ids[2]
    assert claim(queue, "another").run.id == alone, "of those that nobody watches, the oldest"
    store.stop(ids[2])
    assert claim(queue, "a third").run.id == ids[3], "which is the oldest now"
    set_clock(1310)
    assert claim(queue, "a fourth").run.id == ids[0], "nobody looks at the sweep any more"


@pytest.mark.parametrize("state", [state for state in State if state not in (State.ACTIVE, State.DAMAGED)])
def test_only_active_runs_are_trained_even_if_asked_for(store, queue, state):
    number = add_run(store, state)
    assert queue.claim("worker") is None
    assert queue.claim("worker", number) is None
    assert queue.waiting() == 0


def test_a_worker_can_ask_for_one_run_which_it_gets_only_if_it_is_free(store, queue):
    ids = [store.submit(CONFIG) for _ in range(3)]
    assert claim(queue, run_id=ids[1]).run.id == ids[1]
    assert queue.claim("another", ids[1]) is None
    assert claim(queue, "another").run.id == ids[0]


def test_what_is_in_line_is_counted(store, queue):
    ids = [store.submit(CONFIG) for _ in range(4)]
    assert (queue.waiting(), store.active_runs(), store.runs_in_queue()) == (4, 4, ids)
    turn = claim(queue)
    assert turn.waiting == 3
    store.pause(ids[1])
    store.delete(ids[2])
    assert (queue.waiting(), store.active_runs(), store.runs_in_queue()) == (1, 2, ids[3:])
    assert queue.record(turn, [], 0.1, CHECKPOINT, release=True).waiting == 2


# -- which workers there are --------------------------------------------------------------------


@both_databases
def test_workers_that_are_silent_for_15_seconds_count_as_gone_and_are_forgotten(store, queue, set_clock):
    queue.heartbeat("silent", ready=True, speed=0.5)
    set_clock(14)
    queue.heartbeat("alive", ready=True)
    assert [(it.name, it.ready, it.speed) for it in store.workers()] == [("alive", True, None), ("silent", True, 0.5)]
    add_run(store, State.ACTIVE)
    assert claim(queue).workers == 2
    set_clock(16)
    assert [it.name for it in store.workers()] == ["alive"]
    add_run(store, State.ACTIVE)
    assert claim(queue).workers == 1
    for seconds, known in ((59, 2), (61, 1)):
        set_clock(seconds)
        queue.heartbeat("alive", ready=True)
        with store.reading() as connection:
            assert len(connection.execute(schema.workers.select()).all()) == known


def test_a_heartbeat_says_how_a_worker_is_now(store, queue):
    queue.heartbeat("one", ready=False)
    assert [(it.ready, it.speed) for it in store.workers()] == [(False, None)]
    queue.heartbeat("one", ready=True, speed=1.5)
    assert [(it.ready, it.speed) for it in store.workers()] == [(True, 1.5)]


# -- a start from the beginning -----------------------------------------------------------------


@both_databases
def test_a_run_whose_training_state_is_gone_starts_over_with_nothing_left_of_its_figures(store, queue):
    run_id = store.submit(TrainConfig())
    points = [ProgressPoint(469, 1, 0.5, 0.8, 0.4, 0.9, 0.45, 0.85)]
    queue.record(claim(queue), points, 3.5, CHECKPOINT._replace(step=469), release=True)
    with store.writing() as connection:
        connection.execute(runs.update().values(train_loss=0.3, train_accuracy=0.9, judged_step=469))
        connection.execute(schema.blobs.delete().where(schema.blobs.c.kind == "optimizer"))
    turn = claim(queue)
    run = store.run(run_id)
    assert turn.checkpoint is None
    assert (run.step, run.seconds, store.history(run_id).points) == (0, 0.0, ())
    figures = ("loss", "accuracy", "test_loss", "test_accuracy", "validation_loss", "validation_accuracy")
    assert {getattr(run, name) for name in (*figures, "train_loss", "train_accuracy")} == {None}
    with store.reading() as connection:
        assert connection.scalar(runs.select().with_only_columns(runs.c.judged_step)) == 0
    assert store.network_bytes(run_id) == b"a network", "which stays until there is another"
    queue.record(turn, [ProgressPoint(26, 1, 0.9, 0.7)], 0.5)
    assert store.run(run_id).seconds == 0.5
