"""Problems that prevent the workers from training, as sentences for the pages and the terminal."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import traceback
from collections.abc import Callable

from mnist_core.errors import UserError

SHORTEST_LIFE = 10.0
"""Seconds; a worker that ends by itself sooner is replaced after a growing delay, unless it was killed."""
MANY_KILLED = 3
"""A problem is reported when so many workers in a row were killed soon after their start."""
MEMORY = "Most likely the machine has too little memory left: end other programs. The app tries again by itself."
SEE_TERMINAL = "The terminal in which the app was started says why. The app tries again by itself."

Report = Callable[[str, str], None]
"""Called with a problem ("" once it is over) and the name of the worker that has it."""


class Problems:
    """The current problem of the workers of this server, as a sentence; "" if there is none."""

    def __init__(self) -> None:
        self.text = ""
        self._of: dict[str, str] = {}
        self._lock = threading.Lock()

    def report(self, text: str, source: str = "") -> None:
        """Set the problem of `source`; "" if there is none any more.

        Side effect: prints a new problem once on stderr, for the person who started the server.
        """
        with self._lock:
            if text and text != self._of.get(source):
                with contextlib.suppress(OSError, ValueError):  # stderr is closed
                    print(f"No training: {text}", file=sys.stderr, flush=True)
            self._of[source] = text
            self.text = next(filter(None, self._of.values()), "")


problems = Problems()


class WorkerHealth:
    """The health of one worker and its successors, and when to report a problem with them."""

    def __init__(self, source: str, report: Report) -> None:
        self._source, self._report = source, report
        self._starts = True
        self._killed = 0
        self._started = 0.0

    def start_failed(self, error: Exception) -> None:
        """A worker could not be started or supervised."""
        self._starts = False
        if not isinstance(error, (UserError, OSError)):
            traceback.print_exc()
        self._report(_in_words(error), self._source)

    def started(self) -> None:
        """A worker was started."""
        if not self._starts:
            self._report("", self._source)
        self._starts, self._started = True, time.monotonic()

    def still_alive(self) -> None:
        """The worker is alive."""
        if time.monotonic() - self._started > SHORTEST_LIFE:
            self._killed = 0
            self._report("", self._source)

    def exited(self, status: int) -> bool:
        """The worker has ended. Return whether the next may start at once, which is so if it was killed."""
        if time.monotonic() - self._started > SHORTEST_LIFE:
            return True
        self._killed = self._killed + 1 if status < 0 else 0
        if status > 0:
            self._report(f"A worker ended soon after its start (exit status {status}). {SEE_TERMINAL}", self._source)
        elif self._killed >= MANY_KILLED:
            self._report(f"Workers are killed soon after their start (signal {-status}). {MEMORY}", self._source)
        return status <= 0


def _in_words(error: Exception) -> str:
    """Say why there is no worker. The text of a `UserError` is used as it is."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, (OSError, MemoryError)):
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return f"A worker cannot be started ({reason}). {MEMORY}"
    return f"A worker cannot be supervised ({type(error).__name__}: {error}). {SEE_TERMINAL}"
