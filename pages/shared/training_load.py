"""How many workers there are, and how many runs to train. All visits share what is known of it for a moment."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

import streamlit as st

from pages.shared import services
from pages.shared.periods import period

FRESH_SECONDS = 0.5
"""For which it is not read again: in a class, many browsers ask for it in each second."""


class TrainingLoad(NamedTuple):
    """`workers` are alive, and `ready` of them have loaded TensorFlow, at a mean `speed` relative to the cost model's.

    `active_runs` are trained or wait for it; `in_queue` are the numbers of those that have had no turn yet, ascending.
    """

    workers: int
    ready: int
    speed: float
    active_runs: int
    in_queue: tuple[int, ...]

    def before(self, run_id: int) -> int:
        """Return how many runs have waited longer than this one for their first turn."""
        return bisect_left(self.in_queue, run_id)


def training_load() -> TrainingLoad:
    """Return what there is to train, and who trains, as it was at most half a second ago."""
    return _read(services.store().url, period(FRESH_SECONDS))


@st.cache_resource(max_entries=2, show_spinner=False)
def _read(url: str, period: int) -> TrainingLoad:
    store = services.store()
    workers = store.workers()
    ready = [worker for worker in workers if worker.ready]
    speeds = [worker.speed for worker in ready if worker.speed]
    speed = sum(speeds) / len(speeds) if speeds else 1.0
    return TrainingLoad(len(workers), len(ready), speed, store.active_runs(), tuple(store.runs_in_queue()))
