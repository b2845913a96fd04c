"""Maintenance of the store by the workers: purging deleted runs and old classes, retention, vacuuming SQLite's file."""

from __future__ import annotations

import time

from mnist_core.runs import (
    ClassStore,
    DatasetStore,
    HandwritingStore,
    RunStore,
    enforce_store_limit,
    store_limit,
)
from mnist_core.runs.run_store import MOST_PURGED
from mnist_core.runs.vacuum import Vacuum

MAINTENANCE_SECONDS = 30.0
"""How often a worker checks whether the store has reached its limit, or its file can be shrunk."""
VACUUM_SECONDS = 0.5
"""The most time between two heartbeats that vacuuming may take. The same applies to purging."""
PURGE_REST = 0.05
"""The pause after each purge, so that others can write."""


class Maintenance:
    """Keeps a store below its limit and its file small, a part at a time."""

    def __init__(self, store: RunStore) -> None:
        """Prepare. Raises `UserError` if MNIST_STORE_LIMIT is invalid."""
        self._store = store
        self._limit = store_limit()
        self._vacuum = Vacuum(store)
        self._done_at = time.monotonic()

    def run_if_due(self) -> None:
        """Do a part of the maintenance if it is due; the rest follows at the next calls. Raises `StoreError`."""
        if time.monotonic() - self._done_at < MAINTENANCE_SECONDS:
            return
        end = time.monotonic() + VACUUM_SECONDS
        while (more := self._store.purge() == MOST_PURGED) and time.monotonic() < end:
            time.sleep(PURGE_REST)
        ClassStore(self._store).delete_old()
        HandwritingStore(self._store).forget_removed()
        DatasetStore(self._store).forget_unused_mixtures()
        more = enforce_store_limit(self._store, self._limit) is not None or more
        if not (self._vacuum.run_for(VACUUM_SECONDS) or more):
            self._done_at = time.monotonic()
