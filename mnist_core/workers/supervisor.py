"""Starts the workers, replaces those that die, and makes sure that none outlives the server.

Workers are processes on this machine or, with MNIST_SCHEDULER_ADDRESS set, on every slot of that Dask cluster.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Protocol

from mnist_core.environment import count_setting
from mnist_core.errors import UserError
from mnist_core.runs import RunStore, StoreError, WorkQueue, store_limit
from mnist_core.runs.heartbeats import new_worker_name
from mnist_core.runs.open_database import default_url, file_of
from mnist_core.workers import dask_cluster
from mnist_core.workers.problems import Problems, Report, WorkerHealth, problems

LONGEST_DELAY = 30.0
GRACE_SECONDS = 3.0
"""How long a worker may take to save and release its run when the server stops."""
WANTED_SECONDS = 0.2
"""How often to check whether a worker on a slot of the cluster is still wanted."""
PROJECT = Path(__file__).parents[2]


class NoWorker(UserError):
    """No worker can run on a host of the cluster; the text says why."""


class Workers(Protocol):
    """The processes or tasks that train the runs between `start` and `stop`."""

    def start(self) -> None:
        """Start the workers. Returns at once."""

    def stop(self) -> None:
        """Let the workers save and release their runs, and wait a few seconds until they have ended."""


class LocalWorkers:
    """`count` worker processes on this machine, between `start` and `stop`.

    `report` is called with what prevents a worker from training and the name of the worker; with "" once it is over.
    """

    def __init__(self, url: str, count: int, report: Report = problems.report) -> None:
        self.url = url
        self.report = report
        self._stopping = threading.Event()
        self._store: RunStore | None = None
        self._opening = threading.Lock()
        self._threads = [
            threading.Thread(target=self._supervise, args=(f"worker {index}",), name=f"worker {index}", daemon=True)
            for index in range(count)
        ]

    def start(self) -> None:
        """Start the processes and the threads that supervise them. Returns at once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the workers save and release their runs, and wait at most a few seconds until they have ended."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(GRACE_SECONDS + 2.0)
        if self._store is not None:
            self._store.close()

    def _supervise(self, source: str) -> None:
        """Keep one worker alive until `_stopping` is set. The run of a dead worker is released at once."""
        health, delay = WorkerHealth(source, self.report), 0.0
        while not self._stopping.wait(delay):
            try:
                well = self._live(health)
            except Exception as error:
                health.start_failed(error)
                well = False
            delay = 0.0 if well else min(LONGEST_DELAY, max(0.5, 2 * delay))

    def _live(self, health: WorkerHealth) -> bool:
        """Start a worker and wait until it ends. Return whether the next one may start at once."""
        queue, name = WorkQueue(self._opened()), new_worker_name()
        queue.store.require_usable()  # a worker that finds no file would create a new one
        process = start_worker(self.url, name)
        health.started()
        try:
            while process.poll() is None and not self._stopping.wait(0.1):
                health.still_alive()
        finally:
            _end(process)
            _remove_worker(queue, name)
        return self._stopping.is_set() or health.exited(process.returncode)

    def _opened(self) -> RunStore:
        """Return the store, which stays open: the app keeps to the file that it has opened first."""
        with self._opening:
            if self._store is None:
                self._store = RunStore.open(self.url)
            return self._store


def _remove_worker(queue: WorkQueue, name: str) -> None:
    try:
        queue.remove_worker(name)
    except StoreError as error:
        print(f"workers: {error}", file=sys.stderr, flush=True)


def start_workers() -> Workers:
    """Start `worker_count` workers, or workers on the slots of a cluster, for the store of MNIST_DATABASE_URL.

    An invalid setting is reported on stderr and in `problems`. The app then runs without workers: everything that needs
    no training still works, and the Train page says why nothing is trained.
    """
    try:
        store_limit()  # an invalid limit would end every worker
        workers = _choose_workers(default_url(), os.environ.get(dask_cluster.SETTING, "").strip())
    except UserError as error:
        problems.report(str(error))
        workers = LocalWorkers(default_url(), 0, problems.report)
    workers.start()
    return workers


def _choose_workers(url: str, scheduler: str) -> Workers:
    if not scheduler:
        return LocalWorkers(url, worker_count(), problems.report)
    if file_of(url) is not None:
        RunStore.open(url).close()  # creates the file, by which `serve_slot` recognises this machine
    return dask_cluster.ClusterSlots(scheduler, partial(serve_slot, url), problems.report)


def serve_slot(url: str, wanted: dask_cluster.Wanted) -> None:
    """Keep one worker process alive on this host, for the store at `url`, while it is `wanted`.

    The MNIST_DATABASE_URL of the host takes precedence over `url`, so that no password has to pass the scheduler.
    Raises `StoreError` if the store cannot be reached from here, `NoWorker` if no worker can run here. The pages show
    the reason then, and Dask tries again.
    """
    url = os.environ.get("MNIST_DATABASE_URL") or url
    file = file_of(url)
    if file is not None and not file.exists():
        raise StoreError(f"MNIST_DATABASE_URL is a file on another machine, {file}. A cluster needs PostgreSQL.")
    RunStore.open(url).close()
    here = Problems()
    workers = LocalWorkers(url, 1, here.report)
    workers.start()
    while wanted() and not here.text:
        time.sleep(WANTED_SECONDS)
    workers.stop()
    if here.text:
        raise NoWorker(here.text)


def start_worker(url: str, name: str) -> subprocess.Popen[bytes]:
    """Start a worker process for the store at `url`. It ends by itself when its standard input ends."""
    # NumPy evaluates between two steps. More threads would only wait for each other.
    settings = {"MNIST_DATABASE_URL": url, "PYTHONPATH": str(PROJECT), "OPENBLAS_NUM_THREADS": "1"}
    environment = os.environ | settings
    command = [sys.executable, "-m", "mnist_core", "worker", "--name", name, "--until-end-of-input"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, cwd=PROJECT, env=environment)


def worker_count() -> int:
    """Return MNIST_WORKERS, by default one worker for each core up to four.

    Raises `UserError` if it is not a whole number from 0 to 64.
    """
    return count_setting("MNIST_WORKERS", min(4, os.cpu_count() or 1), range(65))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close the worker's standard input, so that it releases its run and ends. Kill it after `GRACE_SECONDS`."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
