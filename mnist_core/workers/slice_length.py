"""The length of time slices: how long a worker trains a run before it takes the next one from the queue.

Longer slices lose less time to loading and saving checkpoints (about 10 ms each). With shorter ones, every curve is
updated more often.
"""

from __future__ import annotations

from mnist_core.runs.claims import Turn

SHORTEST_SECONDS = 0.25
"""Long enough that the checkpoint costs little. Also the length of the first slice of every run."""
LONGEST_SECONDS = 2.0
CYCLE_SECONDS = 5.0
"""With many runs in the queue, every curve is updated about once in this time."""


def slice_seconds(turn: Turn) -> float:
    """Return how long a turn should last while other runs wait. The first is short, so that a curve appears soon."""
    if turn.checkpoint is None:
        return SHORTEST_SECONDS
    share = CYCLE_SECONDS * turn.workers / (turn.waiting + 1)
    return min(LONGEST_SECONDS, max(SHORTEST_SECONDS, share))
