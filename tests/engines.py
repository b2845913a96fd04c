"""Workers and servers as real processes, and the weights that their runs end with."""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager

from mnist_core.data import load_dataset
from mnist_core.engine import LocalWorkers
from mnist_core.network import Network
from mnist_core.runs import State
from mnist_core.training import train
from mnist_core.worker import Worker
from scripts import running_app

LIMIT_SECONDS = 120


def wait_until(condition, what):
    running_app.wait_until(condition, what, LIMIT_SECONDS)


def left_alone(config):
    """The weights of a training in this process that nobody disturbs."""
    *_, last = train(config, load_dataset())
    return fingerprint(last.network)


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
def at_work(store):
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
    pgrep = shutil.which("pgrep")
    assert pgrep is not None
    command = [pgrep, "-P", str(parent.pid if parent else os.getpid()), "-f", "mnist_core worker"]
    return [int(line) for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()]


def start_server(url, workers=1):
    """A process that runs the engine as app.py does, without its pages."""
    code = f"""
import time
from mnist_core.engine import LocalWorkers
LocalWorkers({url!r}, {workers}).start()
while True:
    time.sleep(60)
"""
    return subprocess.Popen([sys.executable, "-c", code])
