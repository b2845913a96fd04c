"""What keeps the workers from training, in sentences for pages and for whoever started the app."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import traceback
from collections.abc import Callable

from mnist_core.errors import UserError

SHORTEST_LIFE = 10.0
"""Seconds; a worker that ends by itself sooner is replaced with a growing delay, one that was killed is not."""
MANY_KILLED = 3
"""So many workers in a row that were killed soon after their start are no accident."""
MEMORY = "Most likely the machine has too little memory left: end other programs. It is tried again by itself."
SEE_TERMINAL = "Why, it has said in the terminal that the app was started from. It is tried again by itself."

Report = Callable[[str, str], None]
"""Is told what is wrong, "" once nothing is, and with whom."""


class Problems:
    """What is wrong with the workers of this server, in a sentence for its pages; "" while nothing is."""

    def __init__(self) -> None:
        self.text = ""
        self._of: dict[str, str] = {}
        self._lock = threading.Lock()

    def report(self, text: str, source: str = "") -> None:
        """Keep what `source` says, "" once all is well there.

        Says it on stderr, once, for whoever started the server.
        """
        with self._lock:
            if text and text != self._of.get(source):
                with contextlib.suppress(OSError, ValueError):  # nobody listens any more
                    print(f"No training: {text}", file=sys.stderr, flush=True)
            self._of[source] = text
            self.text = next(filter(None, self._of.values()), "")


problems = Problems()


class WorkerHealth:
    """How the workers of one place have fared, one after another: what there is to report of that."""

    def __init__(self, source: str, report: Report) -> None:
        self._source, self._report = source, report
        self._starts = True
        self._killed = 0
        self._started = 0.0

    def start_failed(self, error: Exception) -> None:
        """None could be started, or watched."""
        self._starts = False
        if not isinstance(error, (UserError, OSError)):
            traceback.print_exc()
        self._report(_in_words(error), self._source)

    def started(self) -> None:
        """One was started, whatever becomes of it."""
        if not self._starts:
            self._report("", self._source)
        self._starts, self._started = True, time.monotonic()

    def still_alive(self) -> None:
        """One is alive."""
        if time.monotonic() - self._started > SHORTEST_LIFE:
            self._killed = 0
            self._report("", self._source)

    def exited(self, status: int) -> bool:
        """One has ended; return whether the next may come at once: those that were killed need not wait."""
        if time.monotonic() - self._started > SHORTEST_LIFE:
            return True
        self._killed = self._killed + 1 if status < 0 else 0
        if status > 0:
            self._report(f"A worker ended soon after its start (exit status {status}). {SEE_TERMINAL}", self._source)
        elif self._killed >= MANY_KILLED:
            self._report(f"Workers are killed soon after their start (signal {-status}). {MEMORY}", self._source)
        return status <= 0


def _in_words(error: Exception) -> str:
    """Say why there is no worker. A `UserError` speaks for itself."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, (OSError, MemoryError)):
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return f"A worker cannot be started ({reason}). {MEMORY}"
    return f"A worker cannot be watched over ({type(error).__name__}: {error}). {SEE_TERMINAL}"
