"""Checks of a soak test: prints what holds, and raises an error for what does not."""

from __future__ import annotations

import time

STARTED = time.monotonic()


class CheckFailed(Exception):
    """A check that has failed. The text says what does not hold."""


def log(words: str) -> None:
    """Print a line with the minutes and seconds since the start."""
    minutes, seconds = divmod(int(time.monotonic() - STARTED), 60)
    print(f"{minutes:3}:{seconds:02} {words}", flush=True)


def check(holds: bool, words: str) -> None:
    """Print what holds. Raises `CheckFailed` if it does not."""
    if not holds:
        raise CheckFailed(words)
    log(f"holds: {words}")
