"""A sweep's turns, pauses and limits, as workers and people meet in the store."""

from collections import Counter
from dataclasses import replace

import pytest

from mnist_core.config import ConfigError
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import LeaseLost, RunStore, State, WorkQueue, WrongState
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.records import Decision, NewRun
from mnist_core.runs.sweeps.store import SweepNotFound, SweepStore, TooManySweeps
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.sweeps import study
from mnist_core.sweeps.advance import advance_next_sweep, decide
from mnist_core.sweeps.trials import ranked, trials_of
from tests.support.sweep_steps import GRID, TINY, active_runs, conclude, record_epochs


@pytest.fixture
def sweeps(store: RunStore) -> SweepStore:
    return SweepStore(store)


# -- turns ----------------------------------------------------------------------------------------


def test_a_worker_that_lost_its_turn_writes_nothing(store, sweeps):
    sweep_id = sweeps.submit(Plan(TINY, GRID), owner="ada")
    late = sweeps.claim("late")
    assert late is not None
    assert sweeps.claim("other") is None, "it is in somebody's hands"
    WorkQueue(store).remove_worker("late")
    assert advance_next_sweep(sweeps, "other")
    with pytest.raises(LeaseLost):
        sweeps.record(late, decide(sweeps, late))
    assert [run.trial for run in sweeps.runs(sweep_id)] == [0]


def test_a_sweep_that_kills_its_workers_ends_with_a_reason(store, sweeps):
    sweep_id = sweeps.submit(Plan(TINY, GRID), owner="ada")
    for name in ("one", "two"):
        assert sweeps.claim(name) is not None
        WorkQueue(store).remove_worker(name)
    assert sweeps.sweep(sweep_id).state is SweepState.FAILED
    assert "Two workers ended" in sweeps.sweep(sweep_id).message


def test_a_sweep_whose_next_setting_cannot_be_found_fails_with_a_sentence(store, sweeps, monkeypatch):
    sweep_id = sweeps.submit(Plan(TINY, GRID), owner="ada")
    monkeypatch.setattr(study, "next_setting", lambda *_: 1 / 0)
    assert advance_next_sweep(sweeps, "worker")
    assert "division by zero" in sweeps.sweep(sweep_id).message
    assert not advance_next_sweep(sweeps, "worker")


def test_a_sweep_has_a_run_for_each_ready_worker_and_one_sweep_a_person(store, sweeps):
    queue = WorkQueue(store)
    for name in ("one", "two"):
        queue.heartbeat(name, ready=True)
    first, second = (sweeps.submit(Plan(TINY, GRID), owner="ada") for _ in range(2))
    while advance_next_sweep(sweeps, "one"):
        pass
    assert (len(sweeps.runs(first)), len(sweeps.runs(second))) == (2, 0)
    sweeps.submit(Plan(TINY, GRID), owner="ada")
    with pytest.raises(TooManySweeps):
        sweeps.submit(Plan(TINY, GRID), owner="ada")


def test_runs_of_a_sweep_yield_to_those_who_train_by_hand_and_one_takes_turns_if_somebody_looks(store, sweeps):
    queue = WorkQueue(store)
    for name in ("one", "two"):
        queue.heartbeat(name, ready=True)
    sweep_id = sweeps.submit(Plan(TINY, GRID), owner="ada")
    with store.writing() as connection:  # nobody looks at it
        connection.exec_driver_sql("UPDATE sweeps SET watched_at = 0")
    assert advance_next_sweep(sweeps, "one")
    by_hand = store.submit(TINY, owner="ada")
    assert serve(queue) == [by_hand, by_hand, by_hand]
    sweeps.watch(sweep_id)
    oldest, newer = (run.id for run in sweeps.runs(sweep_id))
    assert Counter(serve(queue, turns=4)) == {by_hand: 2, oldest: 2}
    store.stop(by_hand)
    assert set(serve(queue)) == {oldest}, "then it has a worker to itself; the other takes the next run"
    turn = queue.claim("one", oldest)
    assert turn is not None
    assert serve(queue, turns=1) == [newer]


def serve(queue: WorkQueue, turns: int = 3) -> list[int]:
    """Claim and release so many turns; return whose they were."""
    served = []
    checkpoint = Checkpoint(26, b"a network", b"an optimizer")
    for _ in range(turns):
        turn = queue.claim("worker")
        assert turn is not None
        point = ProgressPoint(turn.run.step + 1, 1, 0.5, 0.5)
        queue.record(turn, [point], 0.1, checkpoint._replace(step=point.step), release=True)
        served.append(turn.run.id)
    return served


# -- pause, cancel, limits ------------------------------------------------------------------------


def test_pause_resume_and_cancel_take_the_runs_along(store, sweeps):
    sweep_id = sweeps.submit(Plan(TINY, GRID), owner="ada")
    advance_next_sweep(sweeps, "worker")
    sweeps.pause(sweep_id)
    assert [run.state for run in sweeps.runs(sweep_id)] == [State.PAUSED]
    assert not advance_next_sweep(sweeps, "worker")
    sweeps.resume(sweep_id)
    assert [run.state for run in sweeps.runs(sweep_id)] == [State.ACTIVE]
    sweeps.cancel(sweep_id)
    assert [run.state for run in sweeps.runs(sweep_id)] == [State.STOPPED]
    assert not advance_next_sweep(sweeps, "worker")
    with pytest.raises(WrongState, match="cancelled and cannot be resumed"):
        sweeps.resume(sweep_id)
    with pytest.raises(SweepNotFound):
        sweeps.sweep(99)


def test_limit_on_training_time_ends_the_sweep_with_what_is_there(store, sweeps):
    sweep_id = sweeps.submit(Plan(TINY, GRID, limit_seconds=5), owner="ada")
    for _ in range(2):
        advance_next_sweep(sweeps, "worker")
        (run,) = active_runs(sweeps, sweep_id)
        record_epochs(store, run, [0.5], seconds=2.0)
    advance_next_sweep(sweeps, "worker")
    (run,) = active_runs(sweeps, sweep_id)
    turn = WorkQueue(store).claim("slow", run.id)
    assert turn is not None
    WorkQueue(store).record(turn, [ProgressPoint(1, 1, 2.0, 0.2)], 2.0)
    advance_next_sweep(sweeps, "worker")
    assert not active_runs(sweeps, sweep_id)
    conclude(store, sweeps, sweep_id)
    sweep = sweeps.sweep(sweep_id)
    assert (sweep.state, sweep.message) == (SweepState.FINISHED, "The limit on training time was reached.")
    assert len(ranked(trials_of(sweep, sweeps.runs(sweep_id)))) == 2


def test_a_trial_cannot_be_trained_longer_than_the_others(store, sweeps):
    sweep_id = sweeps.submit(Plan(TINY, GRID), owner="ada")
    advance_next_sweep(sweeps, "worker")
    with pytest.raises(WrongState, match=f"belongs to sweep {sweep_id}"):
        store.extend(sweeps.runs(sweep_id)[0].id)


def test_settings_that_cannot_be_trained_are_refused_at_once(sweeps):
    plan = Plan(replace(TINY, validation_images=50_000), Space.parse({"hidden_layers": "1, 2"}))
    assert sweeps.submit(plan, owner="ada")
    with pytest.raises(ConfigError):
        Plan(TINY, Space.parse({"batch_size": "8193"}))


def test_new_runs_are_written_together_with_the_decision(store, sweeps):
    """All or nothing: a decision that cannot be written as a whole leaves no run behind."""
    sweep_id = sweeps.submit(Plan(TINY, GRID), owner="ada")
    turn = sweeps.claim("worker")
    assert turn is not None
    broken = Decision(1, start=[NewRun(0, TINY), NewRun(1, replace(TINY, batch_size=8000, validation_images=50_000))])
    object.__setattr__(broken.start[1].config, "validation_images", 60_000)
    with pytest.raises(ConfigError):
        sweeps.record(turn, broken)
    assert not sweeps.runs(sweep_id)
    assert sweeps.sweep(sweep_id).made == 0
