"""A Dask cluster of real processes on this machine, and things to run on its slots: importable there, unlike a test."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from mnist_core.runs import StoreError
from scripts.ports import free_port

PROJECT = Path(__file__).parents[2]


class DaskCluster:
    """A Dask scheduler and its workers on this machine; what is killed here is killed with -9."""

    def __init__(self, folder):
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.folder = folder
        self.scheduler = None
        self.workers = []

    def start_scheduler(self):
        self.scheduler = self._start("dask_scheduler", "--port", str(self.port), "--no-show")

    def start_worker(self, threads=1):
        options = ["--nthreads", str(threads), "--no-nanny", "--local-directory", str(self.folder)]
        self.workers.append(self._start("dask_worker", self.address, *options))

    def kill_worker(self):
        kill(self.workers.pop())

    def kill_scheduler(self):
        """Its workers end by themselves when it is gone: whatever started them has to start them again."""
        kill(self.scheduler)
        for worker in self.workers:
            worker.wait(60)
        self.workers = []

    def stop(self):
        for process in [*self.workers, self.scheduler]:
            if process is not None:
                kill(process)

    def _start(self, program, *options):
        command = [
            sys.executable,
            "-m",
            f"distributed.cli.{program}",
            *options,
            "--host",
            "127.0.0.1",
            "--no-dashboard",
        ]
        environment = os.environ | {"PYTHONPATH": str(PROJECT)}
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)


def kill(process):
    """Kill a process and all that it has started, as a power failure does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def note(folder, wanted):
    """Leave a file in `folder` for as long as the slot is wanted."""
    path = Path(folder, f"{os.getpid()}-{time.monotonic_ns()}")
    path.touch()
    while wanted():
        time.sleep(0.05)
    path.unlink()


def refuse(wanted):
    raise StoreError("The run store is elsewhere.")
