"""A run as users see it: in a worker process, through the store, with its page open in Chromium."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.implementation import EpochTime
from mnist_core.config import LIMITS, TrainConfig
from mnist_core.runs import Run, State
from scripts.running_app import DESKTOP, RunningApp, chromium, running_app, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page


class RunWithOpenPage:
    """One long run that trains while epochs are measured and is paused in between."""

    def __init__(self, app: RunningApp, page: Page, run_id: int) -> None:
        self._store, self._page, self._id = app.store, page, run_id

    def epoch(self, config: TrainConfig, repetitions: int = 1) -> EpochTime:
        """Resume the run, return the mean time of `repetitions` epochs, and pause it. Processor seconds are NaN.

        The measurement begins once the page shows the run live. It uses the times that the worker wrote with its
        reports, so neither the delay until worker and page notice the run nor the polling here matter.
        """
        self._store.resume(self._id)
        self._page.get_by_role("button", name="Pause").wait_for()
        first = self._wait_for_step(self._run.step + 1)
        last = self._wait_for_step(first.step + repetitions * first.steps_per_epoch)
        self._store.pause(self._id)
        wait_until(lambda: not self._run.leased, "the worker has released the run")
        steps_per_second = (last.step - first.step) / (last.updated_at - first.updated_at)
        return EpochTime(last.steps_per_epoch / steps_per_second, float("nan"))

    @property
    def _run(self) -> Run:
        return self._store.run(self._id)

    def _wait_for_step(self, step: int) -> Run:
        wait_until(lambda: self._run.step >= step or self._run.state is not State.ACTIVE, f"step {step} is taken", 120)
        return self._run


@contextmanager
def run_with_open_page(config: TrainConfig) -> Iterator[RunWithOpenPage]:
    """Start the app with one worker and a run of as many epochs as possible, and open its page."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app, chromium() as browser:
        app.wait_for_workers()
        run_id = app.store.submit(TrainConfig(**(vars(config) | {"epochs": int(LIMITS["epochs"].high)})))
        app.store.pause(run_id)
        page = browser.new_context(**DESKTOP).new_page()
        page.goto(f"{app.url}/train?run={run_id}")
        page.get_by_role("button", name="Resume").wait_for()
        yield RunWithOpenPage(app, page, run_id)
