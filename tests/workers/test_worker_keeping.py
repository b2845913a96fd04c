"""What a worker keeps and tells besides its turns: compiled networks, signs of life, its speed, room in the store."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset
from mnist_core.estimate import seconds_per_step
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import DatasetStore, RunNotFound, State, WorkQueue, schema
from mnist_core.workers.worker import Worker
from tests.support.fake_trainer import beat, turns_of
from tests.support.synthetic_runs import add_synthetic_runs

SHORT = TrainConfig(epochs=1, batch_size=8192)


@pytest.fixture
def worker(store, trainer):
    return Worker(store, "the worker")


def units_of(trainer):
    """The hidden units of the networks that are in memory, compiled."""
    return sorted(one.compiled_for.hidden_units for one in trainer.alive)


def train(store, worker, *configs, dataset="mnist"):
    for config in configs:
        run_id = store.submit(config, dataset=dataset)
        assert worker.work()
        assert store.run(run_id).state is State.FINISHED


# -- compiled networks ----------------------------------------------------------------------------


def test_a_worker_keeps_the_eight_compiled_networks_that_it_used_last(store, worker, trainer):
    """Each holds up to 100 MB, so that more would fill the memory in the course of a day."""
    train(store, worker, *(replace(SHORT, hidden_units=units) for units in range(1, 9)))
    train(store, worker, replace(SHORT, hidden_units=1))
    assert units_of(trainer) == [1, 2, 3, 4, 5, 6, 7, 8]
    train(store, worker, replace(SHORT, hidden_units=9))
    assert units_of(trainer) == [1, 3, 4, 5, 6, 7, 8, 9]
    train(store, worker, *(replace(SHORT, hidden_units=units) for units in range(10, 40)))
    assert units_of(trainer) == [32, 33, 34, 35, 36, 37, 38, 39]


def test_what_a_compiled_network_does_not_depend_on_needs_no_other(store, worker, trainer):
    others: dict[str, Any] = {
        "seed": 1,
        "learning_rate": 0.1,
        "epochs": 2,
        "schedule": "cosine",
        "initialisation": "zeros",
        "training_images": 9000,
        "label_noise": 0.1,
        "validation_images": 9000,
        "patience": 1,
        "min_delta": 0.1,
    }
    beside: dict[str, dict[str, Any]] = {
        "patience": {"validation_images": 9000},
        "min_delta": {"validation_images": 9000, "patience": 1},
    }
    train(store, worker, SHORT, *(replace(SHORT, **beside.get(it, {}), **{it: others[it]}) for it in others))
    assert len(trainer.built) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"hidden_units": 8},
        {"batch_size": 4096},
        {"optimizer": "adam"},
        {"activation": "tanh"},
        {"hidden_layers": 2},
        {"dropout": 0.1},
        {"augment": True},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_it_depends_on_needs_another(store, worker, trainer, other):
    train(store, worker, SHORT, replace(SHORT, **other))
    assert len(trainer.built) == 2


def images(seed: int, classes: int = 3) -> Dataset:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 255, (120, 28, 28), dtype=np.uint8)
    labels = np.arange(120, dtype=np.uint8) % classes
    names = tuple(f"class {number}" for number in range(classes))
    return Dataset(f"images {seed}", pixels, labels, pixels, labels, names)


def test_other_images_need_another_compiled_network_only_if_they_have_other_classes(store, worker, trainer):
    dataset_store, config = DatasetStore(store), TrainConfig(epochs=1)
    for dataset in (images(1), images(2), images(3, classes=4)):
        dataset_store.add(dataset)
        train(store, worker, replace(config, batch_size=64), dataset=dataset.name)
    assert len(trainer.built) == 2
    assert {len(one.dataset.class_names) for one in trainer.alive} == {3, 4}


def test_compiled_networks_do_not_hold_images_that_had_to_make_room(store, worker, trainer, monkeypatch):
    monkeypatch.setattr(worker._datasets, "_most_bytes", 1)  # one dataset besides MNIST
    dataset_store, config = DatasetStore(store), TrainConfig(epochs=1, batch_size=64)
    train(store, worker, SHORT)
    for dataset in (images(1), images(2, classes=4)):
        dataset_store.add(dataset)
        train(store, worker, config, dataset=dataset.name)
    assert {one.dataset.name for one in trainer.alive} == {"mnist", "images 2"}


def test_the_default_network_is_compiled_before_anybody_waits_for_it(store, worker, trainer):
    warm_up(worker)
    train(store, worker, TrainConfig(epochs=1))
    assert len(trainer.built) == 1
    assert worker.speed.relative is not None, "known from the second chunk on, which compiles nothing"


def test_who_waits_when_a_worker_comes_does_not_wait_for_another_network(store, worker, trainer):
    store.submit(SHORT)
    warm_up(worker)
    assert trainer.built == []


def warm_up(worker):
    """Let a worker come, and go before it does anything."""
    worker.stopping.set()
    worker.run()
    worker.stopping.clear()


# -- signs of life --------------------------------------------------------------------------------


def test_what_a_worker_has_in_hand_stays_its_own_however_long_it_takes(store, worker, clock):
    """At least two signs of life within the six seconds of a lease, so that one may come late."""
    store.submit(TrainConfig())
    queue = WorkQueue(store)
    turn = queue.claim(worker.name)
    assert turn is not None
    with worker._keep_lease(turn.lease):
        beats = beat(worker, clock, 60, between=lambda: forbid(queue.claim("another worker")))
    assert len(beats) >= 60 / 3
    beat(worker, clock, 8)
    assert queue.claim("another worker"), "let go, and so not renewed"


def forbid(turn):
    assert turn is None


def test_a_worker_that_has_done_nothing_for_three_minutes_ends_itself(worker, clock, monkeypatch, capfd):
    """Its signs of life would hold its run for ever. The longest step, and compiling it, take 20 s."""

    def leave(status):
        raise SystemExit(status)

    monkeypatch.setattr("os._exit", leave)
    beat(worker, clock, 170)
    worker._should_stop()
    beat(worker, clock, 170)
    with pytest.raises(SystemExit, match="1"):
        beat(worker, clock, 20)
    assert "nothing has moved for 180 seconds" in capfd.readouterr().err


# -- speed ----------------------------------------------------------------------------------------


def test_a_worker_tells_how_fast_it_is_and_changes_its_mind_slowly(store, worker, trainer, clock):
    """A step of the default settings takes 1.344 ms on the machine of the cost model."""
    trainer.checkpoint_seconds = 0.0
    for milliseconds, speed in [(2.688, 0.5), (1.344, 0.7), (0.672, 0.95)]:
        trainer.chunk_seconds = 469 / 19 * milliseconds / 1000
        train(store, worker, TrainConfig(epochs=5))
        assert worker.speed.relative == pytest.approx(speed, abs=0.01)
    beat(worker, clock, 1)
    (seen,) = store.workers()
    assert (seen.name, seen.speed) == ("the worker", worker.speed.relative)


def test_to_compile_a_network_is_not_to_train_it_slowly(store, worker, trainer):
    """A worker that comes while many wait begins at once: with turns that are shorter than what it compiles in."""
    trainer.chunk_seconds = 469 / 19 * 1.344 / 1000
    trainer.checkpoint_seconds = 0.0
    trainer.compile_seconds = 3.0
    for units in (16, 32):
        for _ in range(4):
            store.submit(TrainConfig(epochs=1, hidden_units=units))
    turns_of(worker)
    expected = seconds_per_step(TrainConfig(hidden_units=16)) + seconds_per_step(TrainConfig(hidden_units=32))
    assert worker.speed.relative == pytest.approx(expected / 2 / 0.001344, rel=0.15)


def test_a_short_turn_that_something_held_up_is_soon_forgotten(store, worker, trainer):
    trainer.chunk_seconds = 2.0
    train(store, worker, replace(SHORT, epochs=3))
    assert worker.speed.relative < 0.5
    trainer.chunk_seconds = 469 / 19 * 1.344 / 1000
    for _ in range(5):
        train(store, worker, TrainConfig(epochs=5))
    assert worker.speed.relative == pytest.approx(1, abs=0.15)


# -- room in the store ----------------------------------------------------------------------------


@pytest.fixture
def full(store, monkeypatch):
    """Ended runs, whose networks and training states take 12 MB of the 10 MB that the store may take; their ids."""
    monkeypatch.setenv("MNIST_STORE_LIMIT", "10 MB")
    queue, ids = WorkQueue(store), []
    for _ in range(3):
        ids.append(store.submit(SHORT))
        turn = queue.claim("an earlier worker")
        assert turn is not None
        checkpoint = Checkpoint(turn.run.steps, b"n" * 2_000_000, b"o" * 2_000_000)
        queue.record(turn, [ProgressPoint(turn.run.steps, 1, 0.5, 0.8)], 1.0, checkpoint, release=True)
    return ids


def test_a_worker_that_has_something_else_to_do_still_keeps_the_store_below_its_limit(store, trainer, clock, full):
    worker = Worker(store)
    beat(worker, clock, 60)
    assert [store.checkpoint(run_id) is None for run_id in full] == [True, True, False]
    assert all(store.network_bytes(run_id) for run_id in full)


def test_what_was_deleted_a_day_ago_goes_for_good(store, trainer, clock, full):
    store.delete(full[0])
    beat(Worker(store), clock, 60)
    store.restore(full[0])
    for run_id in [full[0], *add_synthetic_runs(store, 100)]:
        store.delete(run_id)
    clock.now += 25 * 3600
    beat(Worker(store), clock, 35)
    with pytest.raises(RunNotFound):
        store.restore(full[0])
    with store.reading() as connection:
        left = connection.execute(sa.select(schema.runs.c.deleted_at)).scalars().all()
    assert left == [None, None], "however many they are"
