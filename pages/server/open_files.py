"""How many files and connections the app may have open. macOS allows 256 unless asked for more, which is too few.

Streamlit holds three for every visit (an event loop of its own), and keeps up to 128 visits that have ended for two
minutes, in case that they come back: people who reload a page some eighty times use up 256.
"""

from __future__ import annotations

import resource
from asyncio import sleep

from streamlit import runtime

WANTED = 8192
ENOUGH = 1024
"""Enough for all visits that Streamlit keeps, and a hundred active ones."""
FOR_ALL_ELSE = 100
"""Files open besides those of visits: the run store, workers, downloads."""
OF_A_VISIT = 3
SECONDS_BETWEEN = 1.0


def raise_limit() -> int:
    """Allow this process, and the workers that it starts, as many open files as it may have; return how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return WANTED if soft == resource.RLIM_INFINITY else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # macOS has a further limit, for all processes together
        return soft
    return wanted


def shortage(limit: int) -> str:
    """Return a warning for the person who starts the app if so many files are too few, else ""."""
    if limit >= ENOUGH:
        return ""
    return (
        f"This system lets the app open only {limit:,} files and connections at a time, enough for about "
        f"{visits_at_once(limit)} visitors. For more, type ulimit -n {ENOUGH} and start the app again, or "
        "ask an administrator to raise the limit."
    )


def visits_at_once(limit: int) -> int:
    """Return how many visits may be active, with as many kept that have ended, with so many open files."""
    return max(1, (limit - FOR_ALL_ELSE) // (2 * OF_A_VISIT))


async def forget_visits(limit: int) -> None:
    """Release visits that have ended and will not come back, again and again, until cancelled.

    Streamlit releases them only when another visit ends, which first needs open files to begin. Until then, the
    uploads of a visit stay in memory.
    """
    while True:
        await sleep(SECONDS_BETWEEN)
        if runtime.exists():
            _forget(visits_at_once(limit))


def _forget(most: int) -> None:
    running = runtime.get_instance()
    storage = running._session_mgr._session_storage  # type: ignore[attr-defined]  # there is no public way
    storage._cache.expire()
    for ended in storage.list()[:-most]:  # the oldest come first
        running.close_session(ended.session.id)
