"""A claim that is shown: said when it holds, the end when it does not."""

from __future__ import annotations

import time

STARTED = time.monotonic()


class Broken(Exception):
    """A claim that does not hold."""


def say(words: str) -> None:
    """Print a line with the minutes and seconds since the start."""
    minutes, seconds = divmod(int(time.monotonic() - STARTED), 60)
    print(f"{minutes:3}:{seconds:02} {words}", flush=True)


def claim(holds: bool, words: str) -> None:
    """Say what holds. Raises `Broken` if it does not."""
    if not holds:
        raise Broken(words)
    say(f"holds: {words}")
