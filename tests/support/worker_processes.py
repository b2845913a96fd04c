"""Workers and servers as real processes, and the final weights of their runs."""

import hashlib
import os
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from mnist_core.data import load_dataset
from mnist_core.evaluation.ended_epoch import half_precision
from mnist_core.network import Network
from mnist_core.progress import Checkpoint
from mnist_core.runs import State
from mnist_core.runs.epoch_store import EpochStore
from mnist_core.training import Trainer, train
from mnist_core.workers.supervisor import LocalWorkers
from mnist_core.workers.worker import Worker
from scripts import running_app

LIMIT_SECONDS = 300


def wait_until(condition, what):
    running_app.wait_until(condition, what, LIMIT_SECONDS)


def undisturbed_weights(config):
    """The weights of a training in this process that nobody disturbs."""
    *_, last = train(config, load_dataset())
    return fingerprint(last.network)


def assert_weights_as_undisturbed(store, run_id):
    """However far a run has come, and whatever has happened to it, it has the curves and weights of one left alone.

    The test set is read to the same accuracy, but with the last bits of NumPy's, which depend on the threads it has.
    """
    run, checkpoint = store.run(run_id), store.checkpoint(run_id)
    assert checkpoint.step == run.step > 0
    start = store.starting_network(run)
    first = None if start is None else Checkpoint(0, start, b"")
    trainer, alone = Trainer(run.config, load_dataset(), first), []
    networks = {0: half_precision(trainer.network())}
    while trainer.step < run.step:
        alone.append(trainer.train_chunk())
        if trainer.step % run.steps_per_epoch == 0:
            networks[alone[-1].epoch] = half_precision(trainer.current_network())
    # A worker that was killed may have reported more than has been trained again by now.
    points = [point for point in store.history(run_id).points if point.step <= run.step]
    assert [point[:4] for point in points] == [point[:4] for point in alone]
    for name in ("test_loss", "test_accuracy"):
        assert [getattr(point, name) for point in points] == pytest.approx([getattr(point, name) for point in alone])
    assert stored_fingerprint(store, run_id) == fingerprint(trainer.network())
    assert_epochs_are(store, run, networks)


def assert_epochs_are(store, run, networks):
    """Each epoch that the run has finished is stored once, with these networks and the predictions of the test."""
    epochs = EpochStore(store)
    stored = {epoch: network for epoch, network in epochs.networks(run.id) if epoch in networks}
    assert stored.keys() == networks.keys(), "few enough to keep all"
    for epoch, network in stored.items():
        assert half_precision(network) == networks[epoch]
    labels, reached = load_dataset().test_labels, max(networks)
    read = {it.epoch: (it.predicted == labels).mean() for it in epochs.predictions(run.id) if it.epoch <= reached}
    tested = {point.epoch: point.test_accuracy for point in store.history(run.id).tested if point.epoch <= reached}
    untrained = stored[0].predict(load_dataset().test_images).argmax(axis=1)  # half precision may change a few
    assert read.pop(0) == pytest.approx((untrained == labels).mean(), abs=0.002)
    assert read == pytest.approx(tested)


def fingerprint(network):
    return hashlib.sha256(b"".join(array.tobytes() for array in network.weights)).hexdigest()


def stored_fingerprint(store, run_id):
    return fingerprint(Network.from_bytes(store.network_bytes(run_id)))


@contextmanager
def local_workers(store, count):
    workers = LocalWorkers(store.url, count)
    workers.start()
    try:
        yield workers
    finally:
        workers.stop()


@contextmanager
def worker_thread(store):
    """A worker in this process that lives as one does in a process of its own: with heartbeats."""
    working = Worker(store)
    thread = threading.Thread(target=working.run)
    thread.start()
    try:
        yield
    finally:
        working.stopping.set()
        thread.join()


def finished(store, run_id):
    run = store.run(run_id)
    assert run.state is not State.FAILED, run.message
    return run.state is State.FINISHED


def worker_pids(parent=None):
    """Return the process ids of the workers that this process, or `parent`, has started."""
    return running_app.workers_of(parent.pid if parent else os.getpid())


def start_server(url, workers=1):
    """Start a process that runs workers as app.py does, without its pages."""
    code = f"""
import time
from mnist_core.workers.supervisor import LocalWorkers
LocalWorkers({url!r}, {workers}).start()
while True:
    time.sleep(60)
"""
    return subprocess.Popen([sys.executable, "-c", code])
