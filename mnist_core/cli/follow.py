"""Follows a training from the terminal, with a worker in this process if no other is alive."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from mnist_core.runs import RunStore

POLL_SECONDS = 0.1
WATCH_SECONDS = 60.0
STOP_SECONDS = 5.0
"""How long to wait for a worker to stop: at most, it is in the middle of a chunk."""


def poll(store: RunStore, watch: Callable[[], None]) -> Iterator[None]:
    """Yield endlessly, whenever it is time to check the progress. `watch` tells the store that somebody is watching.

    If no worker is alive, starts one in a thread of this process, and stops it when the caller is done.
    """
    watched = 0.0
    own: _OwnWorker | None = None
    try:
        while True:
            yield
            if time.monotonic() - watched > WATCH_SECONDS:
                watch()
                watched = time.monotonic()
            if (own is None or not own.is_alive) and not store.workers():
                own = _OwnWorker(store)
            time.sleep(POLL_SECONDS)
    finally:
        if own is not None:
            own.stop()


class _OwnWorker:
    """A worker in a thread of this process."""

    def __init__(self, store: RunStore) -> None:
        from mnist_core.workers.worker import Worker  # imported here, since it loads TensorFlow

        self._worker = Worker(store)
        self._thread = threading.Thread(target=self._worker.run, name="worker", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended with an error."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Let it write a checkpoint and stop."""
        self._worker.stopping.set()
        self._thread.join(STOP_SECONDS)
