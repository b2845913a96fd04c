"""The command `worker`: trains the runs of the store until it is stopped."""

from __future__ import annotations

import argparse
import os

from mnist_core.runs import RunStore
from mnist_core.workers.worker import NICENESS, Worker, stop_at_end_of_input


def run(options: argparse.Namespace) -> None:
    """Run a worker for the store of MNIST_DATABASE_URL until it is stopped."""
    os.nice(NICENESS)
    with RunStore.open() as store:
        worker = Worker(store, options.name)
        if options.until_end_of_input:
            stop_at_end_of_input(worker.stopping)
        worker.run()
