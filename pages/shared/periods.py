"""Periods of some seconds, for cached functions whose value all visits share so long.

A function that takes the present period is called again when the next one begins. Streamlit's own `ttl` is not used:
where a value expires after Streamlit has found it and before it reads it, `KeyError` is raised, as happens on a busy
server.
"""

from __future__ import annotations

import time


def period(seconds: float, share: int = 0) -> int:
    """Return the number of the present period of so many seconds.

    `share` moves its start: what is written for many, each with another number, is not written all at once.
    """
    return int((time.monotonic() + share) // seconds)
