"""Many people press *Train* in the same second: all runs end, nobody waits unfairly long, estimates are sensible."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import mean, median

from mnist_core.runs import RunStore
from scripts.running_app import running_app, wait_until
from soak.checks import CheckFailed, check, log
from soak.visitor import Visitor

WORKERS = 2
EPOCHS = 20
"""Enough that all runs train at the same time."""
LONGEST_STANDSTILL = 10.0
LARGEST_WAIT_RATIO = 3.0
ESTIMATE_FACTOR = 3.0
SECONDS_TO_END = 900.0
_PROGRESS = r"Epoch \d+ of \d+ · step .* · about (\d+) (second|minute)s? left"
_UNITS = {"second": 1, "minute": 60}


class RunObserver:
    """Records the first step, the longest standstill and the end of each run, in seconds since `started`."""

    def __init__(self, store: RunStore) -> None:
        self.store, self.started = store, time.monotonic()
        self.first_steps: dict[int, float] = {}
        self.ended: dict[int, float] = {}
        self.standstills: dict[int, float] = {}
        self._moved: dict[int, tuple[int, float]] = {}

    def update(self) -> bool:
        """Record the progress since the last call; return whether all runs have ended."""
        runs, now = self.store.runs(), time.monotonic() - self.started
        for run in runs:
            step, moved = self._moved.get(run.id, (0, now))
            if run.step:
                self.first_steps.setdefault(run.id, now)
                self.standstills[run.id] = max(self.standstills.get(run.id, 0.0), now - moved)
            if run.step > step:
                self._moved[run.id] = (run.step, now)
            if run.state.ended:
                self.ended.setdefault(run.id, now)
                self._moved[run.id] = (run.step, now)
        return len(self.ended) == len(runs)


def soak(people: int) -> None:
    """Let `people` visitors open the page and press Train at the same time, and follow their runs to the end."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder), WORKERS) as app, ExitStack() as visits:
        wait_until(lambda: sum(worker.ready for worker in app.store.workers()) == WORKERS, "the workers are ready")
        visitors = [visits.enter_context(Visitor(app.url)) for _ in range(people)]
        for visitor in visitors:
            visitor.enter("Epochs", EPOCHS)
        wait_until(lambda: all(it.at_rest and it.says("^Takes about") for it in visitors), "every page is complete")
        log(f"{people} people look at the Train page")
        observer = RunObserver(app.store)
        for visitor in visitors:
            visitor.press("Train")
        pressed = time.monotonic() - observer.started
        wait_until(lambda: all(it.says(_PROGRESS) for it in visitors), "every page shows its run")
        everybody_started = time.monotonic()
        wait_until(
            lambda: all(it.heard_after(everybody_started) for it in visitors), "every page has updates since then"
        )
        observer.update()
        owners = {run.owner for run in app.store.runs()}
        check(len(owners) == people, f"{people} runs of {people} people, all pressed within {pressed:.1f} s")
        estimates = [_estimate_on_page(visitor, observer) for visitor in visitors]
        wait_until(observer.update, "all runs end", SECONDS_TO_END)
        _check_results(observer, estimates)


def _estimate_on_page(visitor: Visitor, observer: RunObserver) -> tuple[int, float, float]:
    """Return what a page shows: (run, estimated seconds to its end, when the page showed that)."""
    wait_until(lambda: visitor.at_rest, "the page is complete")
    run, progress = visitor.says(r"Run (\d+): "), visitor.says(_PROGRESS)
    if run is None or progress is None:
        raise CheckFailed("a page no longer shows its run")
    return int(run[1]), float(progress[1]) * _UNITS[progress[2]], time.monotonic() - observer.started


def _check_results(observer: RunObserver, estimates: list[tuple[int, float, float]]) -> None:
    waits = list(observer.first_steps.values())
    words = f"the longest wait for a first step ({max(waits):.1f} s) is at most {LARGEST_WAIT_RATIO:g} times the mean"
    check(max(waits) <= LARGEST_WAIT_RATIO * mean(waits), f"{words} ({mean(waits):.1f} s)")
    longest = max(observer.standstills.values())
    words = f"no curve stands still for longer than {LONGEST_STANDSTILL:g} s"
    check(longest <= LONGEST_STANDSTILL, f"{words} ({longest:.1f} s)")
    ratios = [estimate / (observer.ended[run_id] - at) for run_id, estimate, at in estimates]
    words = f"estimated ÷ real time to the end: median {median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}"
    check(min(ratios) >= 1 / ESTIMATE_FACTOR and max(ratios) <= ESTIMATE_FACTOR, words)
