"""The command `worker`: trains the runs of the store until it is stopped."""

from __future__ import annotations

import argparse
import os
import threading
import time

from mnist_core.runs import RunStore
from mnist_core.workers.worker import NICENESS, Worker


def run(options: argparse.Namespace) -> None:
    """Run a worker for the store of MNIST_DATABASE_URL until it is stopped."""
    os.nice(NICENESS)
    with RunStore.open() as store:
        worker = Worker(store, options.name)
        if options.until_end_of_input:
            stop_at_end_of_input(worker.stopping)
        worker.run()


def stop_at_end_of_input(stopping: threading.Event) -> None:
    """Set `stopping` when standard input ends, as it does when the parent process dies, and exit five seconds later.

    So a worker has five seconds to finish what it is doing. Side effect: starts a thread.
    """

    def watch() -> None:
        while os.read(0, 1024):  # not sys.stdin, whose lock would still be held when Python exits
            pass
        stopping.set()
        time.sleep(5.0)
        os._exit(0)

    threading.Thread(target=watch, name="end of input", daemon=True).start()
