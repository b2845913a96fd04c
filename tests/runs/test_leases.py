"""Who may write what has become of a run, a job or a sweep: whoever holds its lease, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from mnist_core.evaluation import Score
from mnist_core.progress import ProgressPoint
from mnist_core.runs import ImportedNetwork, Job, JobQueue, LeaseLost, RunStore, State, WorkQueue, clock
from mnist_core.runs.claims import Lease
from mnist_core.runs.run_records import JobState, SweepState
from mnist_core.runs.schema import jobs, runs, sweeps
from mnist_core.runs.sweeps.records import Decision
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from tests.support.databases import CHECKPOINT, CONFIG, both_databases, claim, everything

TABLES = {"runs": runs, "jobs": jobs, "sweeps": sweeps}
QUEUES: dict[str, Callable[[RunStore], Any]] = {"runs": WorkQueue, "jobs": JobQueue, "sweeps": SweepStore}
LEASE_SECONDS = 6
POINTS = [ProgressPoint(26, 1, 0.5, 0.8)]
NETWORK = ImportedNetwork(b"a network", CONFIG, Score(0.1, 0.9))

WRITES: dict[str, tuple[str, Callable[[Any, Any], object]]] = {
    "progress of a run": ("runs", lambda queue, turn: queue.record(turn, POINTS, 1.0, CHECKPOINT)),
    "the failure of a run": ("runs", lambda queue, turn: queue.fail(turn, "It went wrong.")),
    "an exported file": ("jobs", lambda queue, job: queue.finish_export(job, b"a file")),
    "an imported network": ("jobs", lambda queue, job: queue.finish_import(job, NETWORK)),
    "the failure of a job": ("jobs", lambda queue, job: queue.fail(job, "It went wrong.")),
    "what a sweep has decided": ("sweeps", lambda queue, turn: queue.record(turn, Decision(2, finished=True))),
    "the failure of a sweep": ("sweeps", lambda queue, turn: queue.fail(turn, "It went wrong.")),
}
each_write = pytest.mark.parametrize(("kind", "write"), WRITES.values(), ids=WRITES)
each_kind = pytest.mark.parametrize("kind", TABLES)


def add(store: RunStore, kind: str, owner: str = "me") -> int:
    """Ask for a run, an export of one or a sweep; return its number."""
    if kind == "runs":
        return store.submit(CONFIG, owner=owner)
    if kind == "jobs":
        return JobQueue(store).export(store.submit(CONFIG), 0, "npz", "a.npz", owner)
    return SweepStore(store).submit(Plan(CONFIG, Space.parse({"hidden_units": "8, 16"})), owner=owner)


def claimed(store: RunStore, kind: str, worker: str = "worker") -> Any:
    """What a worker has in hand: a turn, or a job."""
    found = QUEUES[kind](store).claim(worker)
    assert found is not None
    return found


def of_lease(held: Any, **changes: Any) -> Any:
    """What a worker would hold if its lease were another one."""
    if isinstance(held, Job):
        names = {"number": "turn", "worker": "lease_owner"}
        return replace(held, **{names[name]: value for name, value in changes.items()})
    return replace(held, lease=held.lease._replace(**changes))


def refuse_late(store: RunStore, kind: str, write: Callable[[Any, Any], object], held: Any) -> None:
    """Show that a write is refused, and that nothing at all was written."""
    before = everything(store)
    with pytest.raises(LeaseLost):
        write(QUEUES[kind](store), held)
    assert everything(store) == before


# -- late writers -------------------------------------------------------------------------------


@both_databases
@each_write
def test_who_claims_last_writes_and_whoever_was_slower_writes_nothing(store, set_clock, kind, write):
    add(store, kind)
    first = claimed(store, kind)
    set_clock(LEASE_SECONDS + 1)
    second = claimed(store, kind, "another")
    refuse_late(store, kind, write, first)
    before = everything(store)
    write(QUEUES[kind](store), second)
    assert everything(store) != before


@each_write
def test_a_worker_that_has_claimed_the_same_again_writes_nothing_of_its_turn_before(store, set_clock, kind, write):
    add(store, kind)
    first = claimed(store, kind)
    set_clock(LEASE_SECONDS + 1)
    claimed(store, kind)
    refuse_late(store, kind, write, first)


@each_write
@pytest.mark.parametrize("changes", [{"number": 0}, {"number": 2}, {"worker": "another"}], ids=str)
def test_turn_number_and_worker_must_both_be_right(store, kind, write, changes):
    add(store, kind)
    refuse_late(store, kind, write, of_lease(claimed(store, kind), **changes))


@each_write
def test_a_buried_worker_writes_nothing_even_if_nobody_has_taken_over(store, kind, write):
    add(store, kind)
    held = claimed(store, kind)
    WorkQueue(store).remove_worker("worker")
    refuse_late(store, kind, write, held)


@each_write
def test_nothing_is_written_twice(store, kind, write):
    """After the last word on it, a worker has nothing more to say, though nobody else has claimed it."""
    add(store, kind)
    held = claimed(store, kind)
    if kind == "runs":
        WorkQueue(store).record(held, POINTS, 1.0, CHECKPOINT, release=True)
    else:
        QUEUES[kind](store).fail(held, "It went wrong.")
    refuse_late(store, kind, write, held)


@pytest.mark.parametrize("change", [SweepStore.pause, SweepStore.cancel])
def test_who_pauses_or_cancels_a_sweep_goes_before_whoever_decides_just_now(store, change):
    number = add(store, "sweeps")
    turn = claimed(store, "sweeps")
    change(SweepStore(store), number)
    refuse_late(store, "sweeps", lambda sweeps, held: sweeps.record(held, Decision(2, finished=True)), turn)


# -- how long a lease lasts ---------------------------------------------------------------------


@both_databases
@each_kind
def test_only_the_lease_in_hand_is_renewed_and_none_that_has_run_out(store, kind, set_clock):
    add(store, kind)
    lease = claimed(store, kind).lease

    def held_after_a_beat_at(seconds: float, held: Lease | None) -> bool:
        set_clock(seconds)
        WorkQueue(store).heartbeat("worker", ready=True, held=[held] if held else [])
        with store.reading() as connection:
            return connection.scalar(sa.select(TABLES[kind].c.lease_until)) > clock.now(connection)

    assert held_after_a_beat_at(5, lease)
    assert held_after_a_beat_at(10, lease), "renewed a moment ago"
    assert held_after_a_beat_at(15, None), "not yet over"
    assert not held_after_a_beat_at(17, None), "dropped, and so not renewed"
    assert not held_after_a_beat_at(17, lease), "has run out"
    claimed(store, kind)
    assert held_after_a_beat_at(22, lease)
    assert not held_after_a_beat_at(24, lease), "the turn before is nobody's, though the worker is the same"


@each_kind
def test_what_a_worker_holds_is_nobody_elses_for_six_seconds(store, kind, set_clock):
    add(store, kind)
    claimed(store, kind)
    set_clock(5)
    assert QUEUES[kind](store).claim("another") is None
    set_clock(7)
    claimed(store, kind, "another")


def test_progress_renews_the_lease_of_a_run_until_it_is_given_back(store, queue, set_clock):
    add(store, "runs")
    turn = claim(queue)
    for seconds in (5, 10):
        set_clock(seconds)
        queue.record(turn, POINTS, 1.0)
    set_clock(15)
    assert queue.claim("another") is None
    queue.record(turn, POINTS, 1.0, CHECKPOINT, release=True)
    assert not store.run(turn.run.id).leased
    claim(queue, "another")


# -- workers that die ---------------------------------------------------------------------------


@each_kind
def test_what_a_dead_worker_held_can_be_claimed_at_once_and_nothing_else(store, kind):
    for owner in ("me", "you"):
        add(store, kind, owner)
    dead, alive = claimed(store, kind, "dead").lease, claimed(store, kind, "alive").lease
    WorkQueue(store).heartbeat("dead", ready=True)
    WorkQueue(store).heartbeat("alive", ready=True)
    WorkQueue(store).remove_worker("dead")
    assert [it.name for it in store.workers()] == ["alive"]
    assert claimed(store, kind, "another").lease.id == dead.id
    assert QUEUES[kind](store).claim("a third") is None, f"{alive.id} is in the hands of the worker that lives"


def state_of(store: RunStore, kind: str, number: int) -> tuple[str, str]:
    found: Any = {"runs": store.run, "jobs": JobQueue(store).job, "sweeps": SweepStore(store).sweep}[kind](number)
    return str(found.state), found.message


@both_databases
@pytest.mark.parametrize(
    ("kind", "deaths", "reason"),
    [
        ("runs", 5, "5 workers in a row ended while they trained this run, most likely because memory ran out"),
        ("jobs", 2, "Two workers ended while they worked on this, most likely because memory ran out"),
        ("sweeps", 2, "Two workers ended while they chose the next settings"),
    ],
)
def test_what_worker_after_worker_dies_of_is_given_up_with_a_reason(store, kind, deaths, reason):
    number = add(store, kind)
    for count in range(deaths):
        assert state_of(store, kind, number)[0] in (State.ACTIVE, JobState.WAITING)
        claimed(store, kind, f"worker {count}")
        WorkQueue(store).remove_worker(f"worker {count}")
    state, message = state_of(store, kind, number)
    assert state == "failed"
    assert reason in message
    assert QUEUES[kind](store).claim("another") is None


def die_of(queue: WorkQueue, times: int) -> None:
    for _ in range(times):
        claim(queue)
        queue.remove_worker("worker")


def test_a_run_that_was_given_up_can_be_resumed_and_has_all_its_lives_again(store, queue):
    number = add(store, "runs")
    die_of(queue, 5)
    store.resume(number)
    die_of(queue, 4)
    assert store.run(number).state is State.ACTIVE


def test_a_run_that_was_paused_when_workers_died_stays_paused(store, queue):
    number = add(store, "runs")
    die_of(queue, 4)
    claim(queue)
    store.pause(number)
    queue.remove_worker("worker")
    assert store.run(number).state is State.PAUSED


@pytest.mark.parametrize("release", [False, True], ids=["in the middle of a turn", "after it was put down"])
def test_deaths_with_progress_in_between_are_no_reason_to_give_up(store, queue, release):
    number = add(store, "runs")
    for _ in range(10):
        queue.record(claim(queue), POINTS, 0.1, CHECKPOINT, release=release)
        queue.remove_worker("worker")
    assert store.run(number).state is State.ACTIVE


def test_a_sweep_that_moves_on_between_deaths_is_not_given_up(store):
    sweeps = SweepStore(store)
    number = add(store, "sweeps")
    for _ in range(4):
        claimed(store, "sweeps")
        WorkQueue(store).remove_worker("worker")
        sweeps.record(claimed(store, "sweeps"), Decision(0))
    assert sweeps.sweep(number).state is SweepState.ACTIVE


def test_a_run_is_no_longer_leased_when_the_time_is_over_though_its_row_is_the_same(store, queue, clock):
    run_id = store.submit(CONFIG)
    assert queue.claim("a worker", run_id)
    assert store.run(run_id).leased
    clock.now += 2 * LEASE_SECONDS
    assert not store.run(run_id).leased
