"""Estimates of the remaining time on pages, at the workers' shared speed; expected values are worked out by hand."""

from dataclasses import replace

import pytest
import streamlit as st

from mnist_core.config import TrainConfig
from mnist_core.runs import State, WorkQueue
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from pages.shared import estimates, services

pytestmark = pytest.mark.usefixtures("store", "fresh_cache")

STEP = 1.34278e-3
"""Seconds that the cost model gives a step of the default settings; there are 469 in an epoch."""
TEN_SETTINGS = Plan(
    TrainConfig(epochs=1, validation_images=10_000),
    Space.parse({"learning_rate": "0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008, 0.009, 0.01"}),
)
"""Each of 391 steps, and half a second to begin."""


@pytest.fixture
def mnist(store):
    return services.dataset_store().info(store.run(store.submit(TrainConfig())).dataset_sha256)


@pytest.fixture
def alive(store):
    """Let workers of these speeds be ready; None is of a worker that does not know it yet."""

    def alive(*speeds, ready=True):
        for number, speed in enumerate(speeds):
            WorkQueue(store).heartbeat(f"worker {number} {ready}", ready=ready, speed=speed)

    return alive


def crowd(store, count):
    """Let so many runs be active, and no others, for longer than pages take what they have read of it."""
    for run in store.runs():
        store.stop(run.id)
    st.cache_resource.clear()
    return [store.submit(TrainConfig(), owner=f"person {number}") for number in range(count)]


@pytest.mark.parametrize(
    ("speeds", "seconds"),
    [
        ((), 5 * 469 * STEP),
        ((0.5,), 2 * 5 * 469 * STEP),
        ((0.5, 1.5), 5 * 469 * STEP),
        ((0.5, None), 2 * 5 * 469 * STEP),
    ],
    ids=["nobody knows", "slow", "mean of two", "one that does not know"],
)
def test_a_training_takes_what_the_cost_model_says_at_the_mean_speed_of_the_workers(
    store, mnist, alive, speeds, seconds
):
    crowd(store, 0)
    alive(*speeds)
    alive(5.0, ready=False)
    assert estimates.seconds_of(TrainConfig(), mnist) == pytest.approx(seconds, rel=1e-4)


@pytest.mark.parametrize(
    ("active", "workers", "more", "times"),
    [(0, 1, 1, 1), (3, 1, 1, 4), (3, 1, 0, 3), (3, 2, 1, 2), (1, 4, 1, 1), (2, 0, 0, 2)],
)
def test_in_a_crowd_everything_takes_as_many_times_longer_as_runs_share_a_worker(
    store, mnist, alive, active, workers, more, times
):
    crowd(store, active)
    alive(*workers * [1.0])
    assert estimates.runs_per_worker(more) == times
    assert estimates.seconds_of(TrainConfig(), mnist, more) == pytest.approx(times * 5 * 469 * STEP, rel=1e-4)


@pytest.mark.parametrize(
    ("step", "spent", "speed", "seconds"),
    [
        (0, 0.0, 1.0, 5 * 469 * STEP),
        (469, 5.0, 1.0, (2 + 5) / (2 / STEP + 469) * 4 * 469),  # two seconds as expected count like five as they were
        (469, 5.0, 2.0, (2 + 5) / (4 / STEP + 469) * 4 * 469),
        (5 * 469, 20.0, 1.0, 0),
    ],
)
def test_what_is_left_is_told_by_the_cost_model_at_first_and_then_by_the_runs_own_pace(
    store, alive, step, spent, speed, seconds
):
    (run_id,) = crowd(store, 1)
    alive(speed)
    run = replace(store.run(run_id), step=step, seconds=spent)
    assert estimates.seconds_left(run) == pytest.approx(seconds, rel=1e-4)
    crowd(store, 3)
    assert estimates.seconds_left(run) == pytest.approx(3 * seconds, rel=1e-4)


def test_a_sweep_has_all_workers_to_itself(mnist, alive):
    alive(0.5, 0.5)
    assert estimates.seconds_of_sweep(TEN_SETTINGS, mnist) == pytest.approx(10 * (391 * STEP + 0.5), rel=1e-4)


@pytest.mark.parametrize(
    ("ended", "passed_over", "workers", "seconds"),
    [
        (0, 0, 1, 10 * (391 * STEP + 0.5) * 9.5 / 10),
        (2, 0, 2, 10 * (391 * STEP + 0.5) / 2 * 7.5 / 10),
        (3, 0, 2, (30 + 0.5) * 6.5 / 2),  # from three on, what has ended tells the pace
        (3, 2, 2, (30 + 0.5) * 4.5 / 2),
        (9, 0, 4, (30 + 0.5) * 0.5),  # a run is trained by one worker
        (9, 5, 4, 0),
    ],
)
def test_what_is_left_of_a_sweep_is_told_by_the_runs_that_have_ended(
    store, mnist, alive, ended, passed_over, workers, seconds
):
    """One more is half trained; of those that have ended, one was deleted."""
    run = store.run(*crowd(store, 1))
    alive(*workers * [1.0])
    begun = [replace(run, state=State.FINISHED, step=run.steps, seconds=30.0) for _ in range(ended)]
    if begun:
        begun[0] = replace(begun[0], state=State.PAUSED, deleted_at=1.0)
    half = replace(run, id=0, config=replace(run.config, epochs=2), step=469, seconds=99.0)
    found = estimates.seconds_left_of_sweep(TEN_SETTINGS, mnist, [*begun, half], passed_over)
    assert found == pytest.approx(seconds, rel=1e-4)
