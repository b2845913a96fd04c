"""Following a training from the terminal: a look now and then, and a worker of its own where none is alive."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from mnist_core.runs import RunStore

POLL_SECONDS = 0.1
WATCH_SECONDS = 60.0


def looks(store: RunStore, watch: Callable[[], None]) -> Iterator[None]:
    """Yield, without end, whenever it is time to look how training stands; `watch` tells the store that somebody does.

    Where no worker is alive, starts one in a thread of this process.
    """
    watched = 0.0
    worker: threading.Thread | None = None
    while True:
        yield
        if time.monotonic() - watched > WATCH_SECONDS:
            watch()
            watched = time.monotonic()
        if (worker is None or not worker.is_alive()) and not store.workers():
            worker = _start_own_worker(store)
        time.sleep(POLL_SECONDS)


def _start_own_worker(store: RunStore) -> threading.Thread:
    from mnist_core.workers.worker import Worker

    thread = threading.Thread(target=Worker(store).run, name="worker", daemon=True)
    thread.start()
    return thread
