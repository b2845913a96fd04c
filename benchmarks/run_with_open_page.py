"""A run as people have it: in a worker process, through the store, with its page open in Chromium."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.contender import Cost
from mnist_core.config import LIMITS, TrainConfig
from mnist_core.runs import Run, State
from scripts.running_app import DESKTOP, RunningApp, chromium, running_app, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page


class WatchedRun:
    """One long run that goes on while epochs are measured, and is paused in between."""

    def __init__(self, app: RunningApp, page: Page, run_id: int) -> None:
        self._store, self._page, self._id = app.store, page, run_id

    def epoch(self, config: TrainConfig, in_a_row: int = 1) -> Cost:
        """Resume, return the cost of an epoch, the mean of so many, pause. Processor seconds are not known (NaN).

        Measured once the page shows the run live, between two of the worker's reports, by the times that it wrote:
        how soon worker and page are told of the run, and how often this asks, make no difference.
        """
        self._store.resume(self._id)
        self._page.get_by_role("button", name="Pause").wait_for()
        first = self._wait_for_step(self._run.step + 1)
        last = self._wait_for_step(first.step + in_a_row * first.steps_per_epoch)
        self._store.pause(self._id)
        wait_until(lambda: not self._run.leased, "the worker has let go")
        steps_per_second = (last.step - first.step) / (last.updated_at - first.updated_at)
        return Cost(last.steps_per_epoch / steps_per_second, float("nan"))

    @property
    def _run(self) -> Run:
        return self._store.run(self._id)

    def _wait_for_step(self, step: int) -> Run:
        wait_until(lambda: self._run.step >= step or self._run.state is not State.ACTIVE, f"step {step} is taken", 120)
        return self._run


@contextmanager
def watched_run(config: TrainConfig) -> Iterator[WatchedRun]:
    """Start the app with one worker, and a run of as many epochs as there may be; open its page."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app, chromium() as browser:
        app.wait_for_workers()
        run_id = app.store.submit(TrainConfig(**(vars(config) | {"epochs": int(LIMITS["epochs"].high)})))
        app.store.pause(run_id)
        page = browser.new_context(**DESKTOP).new_page()
        page.goto(f"{app.url}/train?run={run_id}")
        page.get_by_role("button", name="Resume").wait_for()
        yield WatchedRun(app, page, run_id)
