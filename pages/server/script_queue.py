"""Has the script run for one visit after the other.

Streamlit runs the script of each visit in a thread of its own, as soon as it is asked for. Python lets one thread
compute at a time. Where forty people ask within a second, all forty pages are drawn in small pieces by turns, so that
the first is complete when nearly all are; the threads hinder each other; and the event loop, which has to send what
they make and to answer everybody else, waits for each of them. In the order in which they came, each page takes what
it takes alone, and the mean wait is half.

A run of the script that takes long (a large file, a locked store) holds up nobody for longer than `LONGEST_TURN`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock

from streamlit.runtime.scriptrunner import RerunData, ScriptRunner

LONGEST_TURN = 0.5
"""Seconds after which the next run begins, whether or not the current one has ended. A page takes 40 to 90 ms of
processor time."""

_run_script = ScriptRunner._run_script


class Turns:
    """Lets threads through one after the other, in the order in which they come."""

    def __init__(self, longest: float) -> None:
        """Let nobody wait for longer than `longest` seconds for the same thread."""
        self._longest = longest
        self._lock = Lock()
        self._waiting: deque[Condition] = deque()
        self._current: Condition | None = None
        self._began = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn of this thread, which ends with the block or when it has lasted for too long."""
        mine = Condition(self._lock)
        with self._lock:
            self._wait(mine)
        try:
            yield
        finally:
            with self._lock:
                if self._current is mine:
                    self._current = None
                    self._tell_next()

    def _wait(self, mine: Condition) -> None:
        self._waiting.append(mine)
        while self._waiting[0] is not mine:
            mine.wait()
        while left := self._seconds_left():
            mine.wait(left)
        self._waiting.popleft()
        self._current, self._began = mine, time.monotonic()
        self._tell_next()  # from now on it looks how long this turn lasts

    def _seconds_left(self) -> float:
        """Return for how long the current turn may still last, 0 if there is none."""
        if self._current is None:
            return 0.0
        return max(0.0, self._began + self._longest - time.monotonic())

    def _tell_next(self) -> None:
        if self._waiting:
            self._waiting[0].notify()


def run_in_turn() -> None:
    """Have the scripts of all sessions of this process run in turn. Side effect: replaces a method."""
    turns = Turns(LONGEST_TURN)

    def run(runner: ScriptRunner, asked: RerunData) -> None:
        with turns.turn():
            _run_script(runner, asked)

    ScriptRunner._run_script = run  # type: ignore[method-assign,assignment]
