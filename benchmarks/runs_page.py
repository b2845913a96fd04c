"""Seconds to read, open and filter the Runs page with 10, 100 and 1,000 runs, and to tick a run on it."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.report import Table
from mnist_core.ledger import frame_of
from mnist_core.runs import BulkOperations, DatasetStore, RunStore
from scripts.running_app import DESKTOP, RunningApp, chromium, running_app
from tests.support.synthetic_runs import add_synthetic_runs
from tests.support.visits import ME

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Position

SIZES = (10, 100, 1000)
COLUMNS = (
    "runs",
    "read from the store, s",
    "opened by its address, s",
    "opened by a click, s",
    "filtered, s",
    "ticked, s",
)
FIRST_CHECKBOX: Position = {"x": 17.0, "y": 52.0}
"""The position of the first row's checkbox, in pixels from the table's corner."""


def measure(rounds: int) -> Table:
    """Measure each step `rounds` times, on synthetic runs of five epochs."""
    rows = []
    with chromium() as browser:
        for size in SIZES:
            with tempfile.TemporaryDirectory() as name, running_app(Path(name)) as app:
                add_synthetic_runs(app.store, size)
                app.wait_for_workers()  # their start would slow down the page
                rows.append([f"{size:,}", *_row(browser, app, size, rounds)])
    note = f"Medians of {rounds}, the first visit left out: it fetches plotly.js. Goal: 2 s with 1,000 runs."
    return Table("The ledger of runs", COLUMNS, rows, note)


def _row(browser: Browser, app: RunningApp, size: int, rounds: int) -> list[str]:
    context = browser.new_context(**DESKTOP)
    context.add_cookies([{"name": "mnist_browser", "value": ME, "url": app.url}])
    page = context.new_page()
    _open_by_address(page, app)
    steps: tuple[Callable[[], None], ...] = (
        lambda: _read(app.store),
        lambda: _open_by_address(page, app),
        lambda: _open_by_click(page),
        lambda: _filter(page, size),
        lambda: _tick(page),
    )
    waits = [[_seconds(step) for step in steps] for _ in range(rounds)]
    context.close()
    return [f"{median(times):.2f}" for times in zip(*waits, strict=True)]


def _read(store: RunStore) -> None:
    frame_of(store.runs(), BulkOperations(store).best_tests(), DatasetStore(store).classes())


def _open_by_address(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/runs")
    _wait_for_ledger(page)


def _open_by_click(page: Page) -> None:
    page.get_by_role("link", name="Sweeps").click()
    page.get_by_role("heading", name="Sweeps", exact=True).wait_for()
    page.get_by_role("link", name="Runs", exact=True).click()
    _wait_for_ledger(page)


def _wait_for_ledger(page: Page) -> None:
    page.get_by_test_id("stDataFrame").first.wait_for()
    page.locator(".digits-plot .xtick").first.wait_for()


def _filter(page: Page, size: int) -> None:
    field = page.get_by_role("textbox", name="Filter")
    field.fill("units >= 128")
    field.press("Enter")
    page.get_by_text(re.compile(rf"^{size:,} runs")).wait_for(state="hidden")


def _tick(page: Page) -> None:
    page.get_by_test_id("stDataFrame").first.click(position=FIRST_CHECKBOX)
    page.get_by_role("button", name="Make baseline").wait_for()


def _seconds(step: Callable[[], None]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started
