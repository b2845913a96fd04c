"""Slices: how long a worker trains a run before the next one in the queue has its turn.

A longer slice means less time lost to loading and saving checkpoints (some 10 ms each); a shorter one means that every
curve moves more often.
"""

from __future__ import annotations

from mnist_core.runs.records import Turn

SHORTEST_SECONDS = 0.25
"""Long enough that loading and saving the checkpoint costs little; also the first slice of every run."""
LONGEST_SECONDS = 2.0
CYCLE_SECONDS = 5.0
"""With many runs in the queue, every curve moves about once in this time."""


def slice_seconds(turn: Turn) -> float:
    """Return how long a turn should train while others wait; the first slice is short, so that a curve begins soon."""
    if turn.checkpoint is None:
        return SHORTEST_SECONDS
    share = CYCLE_SECONDS * turn.workers / (turn.waiting + 1)
    return min(LONGEST_SECONDS, max(SHORTEST_SECONDS, share))
