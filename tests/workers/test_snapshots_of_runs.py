"""What is recorded of a run while a worker trains it, to be watched and to be played again."""

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.network import Network
from mnist_core.runs import State, schema
from mnist_core.runs.checkpoints import write_checkpoint
from mnist_core.runs.epoch_store import EpochStore
from mnist_core.runs.snapshot_store import SnapshotStore
from mnist_core.workers import training_slice
from mnist_core.workers.worker import Worker
from tests.support.worker_processes import assert_weights_as_undisturbed

pytestmark = pytest.mark.slow

CONFIG = TrainConfig(hidden_units=16, epochs=3, batch_size=512)
"""118 steps an epoch, trained in chunks of 6."""
LASTING = [0, 6, 12, 24, 36, 60, 84, 118, 236, 354]
"""The beginning, 5 to 70 % of the first epoch, and the end of each epoch."""


@pytest.fixture
def run_id(store, monkeypatch):
    """A run whose worker reports and releases it after every chunk: it is in other hands forty times and more."""
    monkeypatch.setattr(training_slice, "REPORT_SECONDS", 0.0)
    monkeypatch.setattr(training_slice, "slice_seconds", lambda _turn: 0.0)
    return store.submit(CONFIG)


def train(store, run_id, until=CONFIG.epochs * 118):
    worker = Worker(store)
    store.submit(CONFIG, owner="somebody who waits")
    while store.run(run_id).step < until:
        assert worker.work(run_id)


def epochs_of(store, run_id):
    """All that is stored of the epochs of a run, by its kind and the epoch."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(schema.epochs).where(schema.epochs.c.run_id == run_id)).all()
    return {(row.kind, row.epoch): row.data for row in rows}


def test_the_beginning_and_each_epoch_can_be_looked_at_later(store, run_id):
    train(store, run_id)
    taken = SnapshotStore(store).of(run_id)
    assert [it.step for it in taken] == LASTING
    assert len({it.units for it in taken}) == 1, "the same units each time"
    assert taken[0].mistakes / taken[0].read > 0.8, "nothing is learned yet"
    for point in store.history(run_id).tested:
        (snapshot,) = [it for it in taken if it.step == point.step]
        assert (snapshot.mistakes, snapshot.read) == (round(10_000 * (1 - point.test_accuracy)), 10_000)
    assert store.run(run_id).state is State.FINISHED
    network = Network.load(run_id)
    wrong = network.predict(load_dataset().test_images).argmax(axis=1) != load_dataset().test_labels
    assert taken[-1].mistakes == wrong.sum()
    assert_weights_as_undisturbed(store, run_id)
    epochs = EpochStore(store)
    assert (epochs.predicted(run_id), epochs.with_network(run_id)) == ([0, 1, 2, 3], [0, 1, 2, 3])
    np.testing.assert_array_equal(epochs.predictions(run_id)[-1].predicted != load_dataset().test_labels, wrong)


def test_the_units_are_those_with_most_influence_after_the_first_epoch_in_all_that_is_kept(store, monkeypatch):
    monkeypatch.setattr(training_slice, "REPORT_SECONDS", 0.0)
    run_id = store.submit(TrainConfig(hidden_units=48, epochs=1, batch_size=512))
    assert Worker(store).work(run_id)
    taken = SnapshotStore(store).of(run_id)
    assert [it.step for it in taken] == [step for step in LASTING if step <= 118]
    network, images = Network.load(run_id), load_dataset().test_images[::10]
    first, second = network.weights[0], network.weights[2]
    outputs = np.maximum(images.reshape(len(images), -1) / 255 @ first + network.weights[1], 0)
    best = np.argsort(-outputs.std(axis=0) * np.linalg.norm(second, axis=1))[:12]
    assert {it.units for it in taken} == {tuple(best)}
    last = taken[-1]
    np.testing.assert_allclose(
        last.weights / 28 * last.scale, first[:, best].T.clip(-last.scale, last.scale), atol=0.02
    )
    early = taken[1]
    assert np.abs(early.weights.astype(int) - last.weights).mean() > 1, "those of an earlier network"


def test_the_newest_is_that_of_the_last_report(store, run_id):
    train(store, run_id, until=190)
    taken = SnapshotStore(store).of(run_id)
    assert [it.step for it in taken] == [step for step in LASTING if step < 190] + [store.run(run_id).step]
    assert [it.step for it in SnapshotStore(store).of(run_id, after=118)] == [store.run(run_id).step]
    network, newest = Network.load(run_id), taken[-1]
    read = network.predict(load_dataset().test_images[list(newest.images)])
    assert newest.answers == tuple(read.argmax(axis=1))
    np.testing.assert_allclose(newest.probabilities, read.max(axis=1), atol=0.001)


def test_what_a_dead_worker_had_recorded_ahead_of_its_checkpoint_comes_again(store, run_id):
    train(store, run_id, until=118)
    checkpoint = store.checkpoint(run_id)
    train(store, run_id, until=300)
    before = epochs_of(store, run_id)
    with store.writing() as connection:
        write_checkpoint(connection, run_id, checkpoint)
    assert Worker(store).work(run_id)
    assert [it.step for it in SnapshotStore(store).of(run_id)] == [step for step in LASTING if step < 118] + [118, 124]
    train(store, run_id, until=300)
    assert epochs_of(store, run_id) == before
    train(store, run_id)
    assert [it.step for it in SnapshotStore(store).of(run_id)] == LASTING
    assert epochs_of(store, run_id).keys() == {*before, ("network", 3), ("predictions", 3)}
