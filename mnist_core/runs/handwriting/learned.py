"""Which drawings a network has learned: those in the images of its run, and of the runs that this one started from."""

from __future__ import annotations

from collections.abc import Callable

from mnist_core.errors import UserError
from mnist_core.runs.run_records import STARTER, Run

MOST_PARENTS = 20
"""So many runs that start from each other are followed."""


def learned_drawings(
    run: Run | None, drawings_in: Callable[[str], frozenset[bytes]], run_of: Callable[[int], Run]
) -> frozenset[bytes] | None:
    """Return the drawings that a run has learned, each as its 784 bytes; none for None, the starter network.

    `drawings_in` returns those in a dataset, `run_of` a run, which raises `UserError` if it is gone. If the run or one
    that it started from was imported or is gone, or the chain too long, nobody knows what it has learned: None.
    """
    found: frozenset[bytes] = frozenset()
    for _generation in range(MOST_PARENTS):
        if run is None:
            return found
        if run.imported:
            return None
        found |= drawings_in(run.dataset_sha256)
        if run.parent is None or run.parent.id == STARTER:
            return found
        try:
            run = run_of(run.parent.id)
        except UserError:
            return None
    return None
