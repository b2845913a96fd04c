"""Many people press *Train* in the same second: nobody is lost, kept waiting out of proportion, or told nonsense."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import mean, median

from mnist_core.runs import RunStore
from scripts.running_app import running_app, wait_until
from soak.claims import Broken, claim, say
from soak.visitor import Visitor

WORKERS = 2
EPOCHS = 20
"""Long enough that everybody is in training at the same time."""
LONGEST_STANDSTILL = 10.0
UNFAIR = 3.0
ESTIMATE_FACTOR = 3.0
SECONDS_TO_END = 900.0
_PROGRESS = r"Epoch \d+ of \d+ · step .* · about (\d+) (second|minute)s? left"
_UNITS = {"second": 1, "minute": 60}


class Watch:
    """When each run moved: its first step, the longest time without one, and its end. Seconds since `started`."""

    def __init__(self, store: RunStore) -> None:
        self.store, self.started = store, time.monotonic()
        self.first: dict[int, float] = {}
        self.ended: dict[int, float] = {}
        self.standstill: dict[int, float] = {}
        self._moved: dict[int, tuple[int, float]] = {}

    def look(self) -> bool:
        """Note what has moved since the last look; return whether all runs have ended."""
        runs, now = self.store.runs(), time.monotonic() - self.started
        for run in runs:
            step, moved = self._moved.get(run.id, (0, now))
            if run.step:
                self.first.setdefault(run.id, now)
                self.standstill[run.id] = max(self.standstill.get(run.id, 0.0), now - moved)
            if run.step > step:
                self._moved[run.id] = (run.step, now)
            if run.state.ended:
                self.ended.setdefault(run.id, now)
                self._moved[run.id] = (run.step, now)
        return len(self.ended) == len(runs)


def soak(people: int) -> None:
    """Let `people` open the page, press Train together, and follow their runs to the end."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder), WORKERS) as app, ExitStack() as visits:
        wait_until(lambda: sum(worker.ready for worker in app.store.workers()) == WORKERS, "the workers are ready")
        visitors = [visits.enter_context(Visitor(app.url)) for _ in range(people)]
        for visitor in visitors:
            visitor.enter("Epochs", EPOCHS)
        wait_until(lambda: all(it.at_rest and it.says("^Takes about") for it in visitors), "every page is complete")
        say(f"{people} people look at the Train page")
        watch = Watch(app.store)
        for visitor in visitors:
            visitor.press("Train")
        pressed = time.monotonic() - watch.started
        wait_until(lambda: all(it.says(_PROGRESS) for it in visitors), "every page shows its run")
        everybody_is_there = time.monotonic()
        wait_until(
            lambda: all(it.heard_after(everybody_is_there) for it in visitors), "every page has news of all this"
        )
        watch.look()
        owners = {run.owner for run in app.store.runs()}
        claim(len(owners) == people, f"{people} runs of {people} people, all pressed within {pressed:.1f} s")
        estimates = [_told(visitor, watch) for visitor in visitors]
        wait_until(watch.look, "all runs end", SECONDS_TO_END)
        _judge(watch, estimates)


def _told(visitor: Visitor, watch: Watch) -> tuple[int, float, float]:
    """Return what a page says: (run, seconds that it estimates, when it said so)."""
    wait_until(lambda: visitor.at_rest, "the page is complete")
    run, progress = visitor.says(r"Run (\d+): "), visitor.says(_PROGRESS)
    if run is None or progress is None:
        raise Broken("a page has stopped to show its run")
    return int(run[1]), float(progress[1]) * _UNITS[progress[2]], time.monotonic() - watch.started


def _judge(watch: Watch, estimates: list[tuple[int, float, float]]) -> None:
    waits = list(watch.first.values())
    words = f"the longest wait for a first step ({max(waits):.1f} s) is at most {UNFAIR:g} times the mean"
    claim(max(waits) <= UNFAIR * mean(waits), f"{words} ({mean(waits):.1f} s)")
    longest = max(watch.standstill.values())
    words = f"no curve stands still for longer than {LONGEST_STANDSTILL:g} s"
    claim(longest <= LONGEST_STANDSTILL, f"{words} ({longest:.1f} s)")
    ratios = [estimate / (watch.ended[run_id] - at) for run_id, estimate, at in estimates]
    words = f"estimated ÷ real time to the end: median {median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}"
    claim(min(ratios) >= 1 / ESTIMATE_FACTOR and max(ratios) <= ESTIMATE_FACTOR, words)
