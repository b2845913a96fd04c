"""The store keeps the predictions of each epoch of a run, and the networks of some."""

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.evaluation.ended_epoch import EndedEpoch, EpochPredictions, half_precision
from mnist_core.model.numpy_network import Network
from mnist_core.runs import schema
from mnist_core.runs.epoch_store import EpochStore
from tests.support.databases import CHECKPOINT, CONFIG, both_databases, claim


def ended(epoch: int) -> EndedEpoch:
    """An epoch after which the bias of each class is its number, and each of four images is read as class 1."""
    weights = [np.zeros((784, 10), np.float32), np.full(10, epoch, np.float32)]
    network = half_precision(Network.from_weights(weights, "linear"))
    probabilities = np.eye(10)[[1, 1, 1, 1]]
    return EndedEpoch(epoch, network, EpochPredictions.of(epoch, probabilities))


@pytest.fixture
def record(store, queue):
    """Report epochs of a run; returns its number."""
    store.submit(CONFIG)
    turn = claim(queue)

    def record(*epochs: int) -> int:
        queue.record(turn, [], 0.1, epochs=[ended(epoch) for epoch in epochs])
        return turn.run.id

    return record


@both_databases
def test_each_epoch_has_its_predictions_and_its_network(store, record):
    run_id = record(0)
    assert record(1, 2) == run_id
    epochs = EpochStore(store)
    assert (epochs.predicted(run_id), epochs.with_network(run_id)) == ([0, 1, 2], [0, 1, 2])
    read = [(it.epoch, it.predicted.tolist()) for it in epochs.predictions(run_id)]
    assert read == [(0, [1] * 4), (1, [1] * 4), (2, [1] * 4)]
    assert {epoch: network.layers[0].bias[0] for epoch, network in epochs.networks(run_id)} == {0: 0, 1: 1, 2: 2}


@pytest.mark.parametrize("at_once", [1, 7, 41])
def test_a_long_run_keeps_the_same_however_its_epochs_were_reported(store, record, at_once):
    for first in range(0, 41, at_once):
        run_id = record(*range(first, min(first + at_once, 41)))
    assert EpochStore(store).with_network(run_id) == [*range(0, 41, 2)]
    assert EpochStore(store).predicted(run_id) == [*range(41)]


def test_what_a_dead_worker_had_reported_ahead_of_its_checkpoint_goes_when_its_epochs_come_again(store, record):
    record(0, 1, 2, 3)
    run_id = record(2)
    assert EpochStore(store).with_network(run_id) == [0, 1, 2]
    assert EpochStore(store).predicted(run_id) == [0, 1, 2]


def test_a_run_that_starts_again_starts_without_epochs(store, queue):
    """Its training state was deleted, so that one more epoch is trained after all the others."""
    run_id = store.submit(CONFIG)
    queue.record(claim(queue), [], 0.1, CHECKPOINT, release=True, epochs=[ended(0), ended(1)])
    with store.writing() as connection:
        connection.execute(schema.blobs.delete().where(schema.blobs.c.kind == "optimizer"))
        connection.execute(schema.runs.update().values(step=4))
    claim(queue)
    assert EpochStore(store).with_network(run_id) == EpochStore(store).predicted(run_id) == []


def test_damaged_epochs_are_left_out(store, record):
    run_id = record(0, 1, 2)
    with store.writing() as connection:
        damage = sa.func.substr(schema.epochs.c.data, 1, 7)
        connection.execute(schema.epochs.update().where(schema.epochs.c.epoch == 1).values(data=damage))
    epochs = EpochStore(store)
    assert [epoch for epoch, _ in epochs.networks(run_id)] == [0, 2]
    assert [it.epoch for it in epochs.predictions(run_id)] == [0, 2]
    assert epochs.network(run_id, 7) is None


def test_a_run_of_an_earlier_version_has_no_epochs(store):
    run_id = store.submit(CONFIG)
    assert EpochStore(store).predictions(run_id) == []
    assert list(EpochStore(store).networks(run_id)) == []
