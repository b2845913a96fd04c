"""What the network of an ended run reads: of the images that it learned from, and of those that are new to it."""

from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.errors import UserError
from mnist_core.evaluation import score
from mnist_core.evaluation.measurement import measure
from mnist_core.network import Network
from mnist_core.runs import RunStore, State, WorkQueue
from mnist_core.runs.run_scores import scores_of
from mnist_core.runs.schema import runs
from mnist_core.training import Trainer
from mnist_core.workers.measurements import measure_next_run
from mnist_core.workers.worker import Worker

pytestmark = pytest.mark.slow  # starts workers, and trains what it measures

SMALL = TrainConfig(hidden_units=16, epochs=1, batch_size=512)


def network_of(store, run_id):
    return Network.from_bytes(store.network_bytes(run_id))


def accuracy_on(network, images, labels):
    return float((network.predict(images).argmax(axis=1) == labels).mean())


def load(_sha256):
    return load_dataset()


@pytest.mark.parametrize("config", [SMALL, replace(SMALL, augment=True, validation_images=20_000)])
def test_the_trained_network_is_measured_on_the_very_images_it_learned_from(config):
    dataset = load_dataset()
    trainer = Trainer(config, dataset)
    while not trainer.done:
        last = trainer.train_chunk()
    before = trainer.checkpoint()
    measured = trainer.measure()
    learned = 60_000 - config.validation_images
    expected = accuracy_on(trainer.network(), dataset.train_images[:learned], dataset.train_labels[:learned])
    assert measured.training.accuracy == expected
    assert measured.test is None, "that is known since the end of the epoch"
    assert abs(last.accuracy - expected) > 0.01, "the running mean is another figure"
    assert trainer.checkpoint() == before


def test_a_worker_measures_at_the_end_and_again_after_one_more_epoch(store):
    dataset = load_dataset()
    worker = Worker(store)
    run_id = store.submit(SMALL)
    for _ in range(2):
        while store.run(run_id).state is State.ACTIVE:
            worker.work()
        run, network = store.run(run_id), network_of(store, run_id)
        assert run.train_accuracy == accuracy_on(network, dataset.train_images, dataset.train_labels)
        assert run.test_accuracy == accuracy_on(network, dataset.test_images, dataset.test_labels)
        assert run.accuracy != run.train_accuracy
        store.extend(run_id)
    turn = WorkQueue(store).claim("another worker")
    assert turn is not None
    WorkQueue(store).record(turn, [], 0.1)
    assert store.run(run_id).train_accuracy is None, "another network is on its way"


@pytest.mark.parametrize("state", [State.STOPPED, State.FAILED])
def test_a_run_that_ended_in_the_middle_of_an_epoch_is_measured_as_it_is(store, make_run, state):
    """Its test accuracy was that of an earlier network: the one after the last full epoch."""
    run_id = make_run(state)
    before = store.run(run_id)
    if before.leased:
        WorkQueue(store).remove_worker("a worker of the test")
    assert measure_next_run(store, load, set())
    run, dataset, network = store.run(run_id), load_dataset(), network_of(store, run_id)
    assert run.step % run.steps_per_epoch
    assert run.train_accuracy == accuracy_on(network, dataset.train_images, dataset.train_labels)
    assert run.test_accuracy == accuracy_on(network, dataset.test_images, dataset.test_labels)
    assert run.test_accuracy != before.test_accuracy
    assert run.updated_at == before.updated_at, "nobody has worked on it"
    assert not measure_next_run(store, load, set())


def test_idle_workers_measure_the_runs_of_a_database_of_an_earlier_program(store, make_run):
    run_id = make_run(State.FINISHED)
    with store.writing() as connection:
        for name in ("train_loss", "train_accuracy"):
            connection.execute(sa.text(f"ALTER TABLE runs DROP COLUMN {name}"))
    with RunStore.open(store.url) as opened:
        assert opened.run(run_id).train_accuracy is None
        worker = Worker(opened)
        assert worker.work()
        assert (opened.run(run_id).train_accuracy or 0) > 0.8
        assert not worker.work()


def test_what_cannot_be_measured_is_left_alone(store, make_run, capsys):
    """An imported network has learned from nobody knows which images; a dataset may be gone."""
    imported, orphan = make_run(State.FINISHED), make_run(State.FINISHED)
    with store.writing() as connection:
        connection.execute(runs.update().values(train_loss=None, train_accuracy=None))
        connection.execute(runs.update().where(runs.c.id == imported).values(imported="theirs.keras"))

    def gone(_sha256):
        raise UserError("There is no such dataset.")

    passed_over: set[int] = set()
    assert measure_next_run(store, gone, passed_over)
    assert passed_over == {orphan}
    assert capsys.readouterr().err == f"run {orphan} cannot be measured: There is no such dataset.\n"
    assert not measure_next_run(store, gone, passed_over)
    assert measure_next_run(store, load, set()), "another worker may have more luck"
    assert store.run(imported).train_accuracy is None


def test_a_page_finds_what_the_store_does_not_know_yet(store, make_run):
    run, dataset = store.run(make_run(State.STOPPED)), load_dataset()
    reading = scores_of(run, network_of(store, run.id), dataset)
    assert reading.training == measure(network_of(store, run.id), run.config, dataset, tests=False).training
    assert reading.new == score(network_of(store, run.id).predict(dataset.test_images), dataset.test_labels)
    assert (reading.learned, reading.images, reading.kind) == (60_000, 10_000, "test")
    assert reading.baseline == pytest.approx(0.1135)


def test_trials_of_a_sweep_are_judged_by_the_validation_images_until_they_are_tested(store, make_run):
    run, dataset = store.run(make_run(State.FINISHED)), load_dataset()
    network = network_of(store, run.id)
    config = replace(run.config, validation_images=10_000)
    trial = replace(run, config=config, sweep_id=1, test_accuracy=None, train_accuracy=None)
    reading = scores_of(trial, network, dataset)
    held_out = accuracy_on(network, dataset.train_images[50_000:], dataset.train_labels[50_000:])
    assert (reading.kind, reading.new.accuracy) == ("validation", held_out)
    assert reading.training.accuracy == accuracy_on(
        network, dataset.train_images[:50_000], dataset.train_labels[:50_000]
    )
    with store.writing() as connection:
        connection.execute(
            runs.update().where(runs.c.id == run.id).values(sweep_id=1, test_accuracy=None, train_accuracy=None)
        )
    assert measure_next_run(store, load, set())
    assert store.run(run.id).test_accuracy is None, "only the winner is tested"
    assert np.isfinite(store.run(run.id).train_loss)
