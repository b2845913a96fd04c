"""Sweeps on real stores and in real worker processes: each setting once, the test set last."""

import os
import signal
from collections import Counter
from dataclasses import replace

import pytest

from mnist_core.data import load_dataset
from mnist_core.runs import RunStore, State
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.options import Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.sweeps.advance import advance_next_sweep
from mnist_core.sweeps.trials import ranked, saving, trials_of
from mnist_core.training import train
from tests.support.sweep_steps import (
    TINY,
    active_runs,
    conclude,
    has_finished,
    random_network,
    record_epochs,
    train_in_turn,
)
from tests.support.worker_processes import fingerprint, local_workers, stored_fingerprint, wait_until, worker_pids


@pytest.fixture
def sweeps(store: RunStore) -> SweepStore:
    return SweepStore(store)


# -- in real processes ----------------------------------------------------------------------------


@pytest.mark.slow
def test_grid_is_complete_and_each_setting_trained_once_though_a_worker_is_killed(store, sweeps):
    space = Space.parse({"hidden_units": "8, 12", "learning_rate": "0.001, 0.01"})
    sweep_id = sweeps.submit(Plan(TINY, space), owner="ada")
    with local_workers(store, 2):
        wait_until(lambda: len(sweeps.runs(sweep_id)) > 1, "some settings are begun")
        os.kill(worker_pids()[0], signal.SIGKILL)
        wait_until(lambda: has_finished(sweeps, sweep_id), "the sweep ends")
    sweep, runs = sweeps.sweep(sweep_id), sweeps.runs(sweep_id)
    assert Counter((run.config.hidden_units, run.config.learning_rate) for run in runs) == Counter(
        {(units, rate): 1 for units in (8, 12) for rate in (0.001, 0.01)}
    )
    assert {run.state for run in runs} == {State.FINISHED}
    best = ranked(trials_of(sweep, runs))[0]
    assert best.accuracy == max(run.validation_accuracy or 0 for run in runs)
    assert set(sweep.importance) == {"hidden_units", "learning_rate"}
    # The winner's network is that of a run left alone, and so is its test accuracy.
    *_, alone = train(best.config, load_dataset())
    assert stored_fingerprint(store, best.runs[0].id) == fingerprint(alone.network)
    assert best.test_accuracy == alone.test_accuracy


# -- the end ----------------------------------------------------------------------------------------


def winners(store: RunStore, sweeps: SweepStore, sweep_id: int) -> list[int]:
    """The runs that the test images were read for, which must be on the test images, in their last point as well."""
    images, labels = load_dataset().test_images, load_dataset().test_labels
    right = float((random_network().predict(images).argmax(axis=1) == labels).mean())
    tested = [run for run in sweeps.runs(sweep_id) if run.test_accuracy is not None]
    assert {run.test_accuracy for run in tested} <= {right}
    for run in sweeps.runs(sweep_id):
        points = [point.test_accuracy for point in store.history(run.id).tested]
        assert points == ([right] if run in tested else [])
    return [run.id for run in tested]


@pytest.mark.parametrize(("accuracies", "winner"), [([0.8, 0.9, 0.85], 2), ([0.8, 0.9, 0.9], 2), ([0.9, 0.9, 0.9], 1)])
def test_the_winner_alone_is_tested_and_of_equals_the_one_begun_first(store, sweeps, accuracies, winner):
    sweep_id = sweeps.submit(Plan(TINY, Space.parse({"hidden_units": "8, 9, 10"})), owner="ada")
    train_in_turn(store, sweeps, accuracies)
    conclude(store, sweeps, sweep_id)
    assert has_finished(sweeps, sweep_id)
    assert winners(store, sweeps, sweep_id) == [winner]


def test_a_winner_that_was_deleted_is_none(store, sweeps):
    sweep_id = sweeps.submit(Plan(TINY, Space.parse({"hidden_units": "8, 9, 10"})), owner="ada")
    train_in_turn(store, sweeps, [0.8, 0.9, 0.85])
    store.delete(2)
    conclude(store, sweeps, sweep_id)
    assert winners(store, sweeps, sweep_id) == [3]


def test_all_seeds_of_the_winner_are_tested(store, sweeps):
    sweep_id = sweeps.submit(Plan(TINY, Space.parse({"hidden_units": "8, 9"}), seeds=2), owner="ada")
    train_in_turn(store, sweeps, [0.8, 0.95, 0.9, 0.89])
    conclude(store, sweeps, sweep_id)
    assert winners(store, sweeps, sweep_id) == [3, 4], "a mean of 0.895, where the others have 0.875"


def test_a_sweep_of_which_nothing_was_trained_to_its_end_has_no_winner(store, sweeps):
    sweep_id = sweeps.submit(Plan(TINY, Space.parse({"hidden_units": "8, 9"})), owner="ada")
    for _ in range(2):
        assert advance_next_sweep(sweeps, "worker")
        store.stop(active_runs(sweeps, sweep_id)[0].id)
    assert advance_next_sweep(sweeps, "worker")
    assert has_finished(sweeps, sweep_id)
    assert winners(store, sweeps, sweep_id) == []


@pytest.mark.slow
@pytest.mark.parametrize("sampler", [Sampler.RANDOM, Sampler.TPE])
def test_sampled_sweep_goes_to_its_end_within_the_space(store, sweeps, sampler):
    space = Space.parse({"learning_rate": "0.001..0.03", "hidden_units": "8, 16"})
    sweep_id = sweeps.submit(Plan(TINY, space, sampler, trials=5), owner="ada")
    train_in_turn(store, sweeps, [0.8, 0.81, 0.82, 0.83, 0.84])
    conclude(store, sweeps, sweep_id)
    runs = sweeps.runs(sweep_id)
    assert len({run.config for run in runs}) == 5
    assert all(0.001 <= run.config.learning_rate <= 0.03 for run in runs)
    assert has_finished(sweeps, sweep_id)
    assert set(sweeps.sweep(sweep_id).importance) == set(space.names)


# -- seeds and early stopping -----------------------------------------------------------------------


def test_seeds_of_a_setting_are_runs_that_differ_in_nothing_else(store, sweeps):
    plan = Plan(replace(TINY, seed=5), Space.parse({"hidden_units": "8, 12"}), seeds=3)
    sweep_id = sweeps.submit(plan, owner="ada")
    for number in range(6):
        advance_next_sweep(sweeps, "worker")
        (run,) = active_runs(sweeps, sweep_id)
        record_epochs(store, run, [0.5 + number / 100])
    first, second = trials_of(sweeps.sweep(sweep_id), sweeps.runs(sweep_id))
    assert [run.config.seed for run in first.runs] == [5, 6, 7]
    assert {replace(run.config, seed=5) for run in second.runs} == {plan.run_config({"hidden_units": 12}, 0)}
    assert first.accuracy == pytest.approx(0.51)
    assert first.spread == pytest.approx(0.01)
    assert [trial.number for trial in ranked([first, second])] == [1, 0]


def test_hopeless_setting_is_stopped_after_an_epoch_with_its_other_seeds_and_what_it_saved_is_told(store, sweeps):
    plan = Plan(replace(TINY, epochs=4), Space.parse({"hidden_units": "8..12"}), seeds=2, pruning=True)
    sweep_id = sweeps.submit(plan, owner="ada")
    for _ in range(8):
        advance_next_sweep(sweeps, "worker")
        (run,) = active_runs(sweeps, sweep_id)
        record_epochs(store, run, [0.6, 0.7, 0.8, 0.9], seconds=4.0)
    advance_next_sweep(sweeps, "worker")
    (hopeless,) = active_runs(sweeps, sweep_id)
    record_epochs(store, hopeless, [0.3], seconds=1.0)
    advance_next_sweep(sweeps, "worker")
    run = store.run(hopeless.id)
    assert (run.state, run.pruned) == (State.STOPPED, True)
    trials = trials_of(sweeps.sweep(sweep_id), sweeps.runs(sweep_id))
    assert trials[-1].words == "stopped early"
    found = saving(trials)
    assert (found.trials, found.epochs) == (1, 7), "three of this seed and four of the other"
    assert found.seconds == pytest.approx(7.0, rel=0.01)
    conclude(store, sweeps, sweep_id)
    assert has_finished(sweeps, sweep_id)
    assert len(sweeps.runs(sweep_id)) == 9, "its second seed was never begun"


def test_promising_setting_goes_on_and_is_judged_once_an_epoch(store, sweeps):
    plan = Plan(replace(TINY, epochs=4), Space.parse({"hidden_units": "8..12"}), pruning=True)
    sweep_id = sweeps.submit(plan, owner="ada")
    for _ in range(4):
        advance_next_sweep(sweeps, "worker")
        (run,) = active_runs(sweeps, sweep_id)
        record_epochs(store, run, [0.6, 0.7, 0.8, 0.9])
    advance_next_sweep(sweeps, "worker")
    (run,) = active_runs(sweeps, sweep_id)
    record_epochs(store, run, [0.65])
    assert advance_next_sweep(sweeps, "worker")
    assert store.run(run.id).state is State.ACTIVE
    assert not advance_next_sweep(sweeps, "worker"), "there is nothing new to judge"


# -- in the database -------------------------------------------------------------------------------


def test_sweeps_work_on_postgresql(postgresql_url):
    with RunStore.open(postgresql_url) as store:
        sweeps = SweepStore(store)
        sweep_id = sweeps.submit(Plan(TINY, Space.parse({"hidden_units": "8, 12"}), pruning=True), owner="ada")
        train_in_turn(store, sweeps, [0.9, 0.8])
        conclude(store, sweeps, sweep_id)
        assert has_finished(sweeps, sweep_id)
        assert winners(store, sweeps, sweep_id) == [1]
