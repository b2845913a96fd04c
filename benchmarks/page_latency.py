"""Latency of pages: the first page after the server's start, the first step after *Train*, the answer to a drawing."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.report import Table
from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.progress import ProgressPoint
from mnist_core.runs import RunStore, State, Turn, WorkQueue
from mnist_core.text.words import percent
from scripts.draw_with_mouse import draw_with_mouse
from scripts.running_app import DESKTOP, RunningApp, chromium, running_app, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from mnist_core.training import Trainer

COLUMNS = ("", "goal, seconds", "seconds", "highest")


def measure(rounds: int) -> Table:
    """Measure everything `rounds` times. The goals are the project's, for two cores."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        rows = [
            *_cold_starts(browser, folder, rounds),
            *_on_a_warm_server(browser, folder / "warm", rounds),
            ("test set read, network and checkpoint written", 0.3, _end_of_run(folder / "end_of_run", rounds)),
        ]
    cells = [[name, f"{goal:g}", f"{median(waits):.2f}", f"{max(waits):.2f}"] for name, goal, waits in rows]
    note = f"Default settings, one worker, one visitor at a desktop. Medians of {rounds}."
    return Table("What people wait for", COLUMNS, cells, note)


def _cold_starts(browser: Browser, folder: Path, rounds: int) -> list[tuple[str, float, list[float]]]:
    return [
        (
            f"server started → {name} interactive",
            4,
            [_cold_start(browser, folder / f"{name}{n}", path, button) for n in range(rounds)],
        )
        for name, path, button in (("Start", "", "Train your own"), ("Train", "train", "Train"))
    ]


def _cold_start(browser: Browser, folder: Path, path: str, button: str) -> float:
    """Return the seconds from starting the server until a page's button, and its canvas if it has one, can be used.

    The workers start at the same time.
    """
    folder.mkdir()
    page = browser.new_context(**DESKTOP).new_page()
    started = time.perf_counter()
    with running_app(folder) as app:
        page.goto(f"{app.url}/{path}")
        page.get_by_role("button", name=button, exact=True).click(trial=True)
        if not path:
            page.locator("canvas.upper-canvas").wait_for()
        waited = time.perf_counter() - started
        page.context.close()
    return waited


def _on_a_warm_server(browser: Browser, folder: Path, rounds: int) -> list[tuple[str, float, list[float]]]:
    folder.mkdir()
    with running_app(folder) as app:
        app.wait_for_workers()
        page = browser.new_context(**DESKTOP).new_page()
        in_store, on_screen = zip(*(_first_step(page, app) for _ in range(rounds)), strict=True)
        return [
            ("click on Train → first step in the store", 1, list(in_store)),
            ("click on Train → first step on screen", 1.5, list(on_screen)),
            ("address of Evaluate → all mispredictions", 1, [_evaluation(page, app) for _ in range(rounds)]),
            ("choice of a run on Evaluate → all mispredictions", 1, _choices(page, app, rounds)),
            ("pen up → answer", 0.45, _answers(page, app, rounds)),
        ]


def _first_step(page: Page, app: RunningApp) -> tuple[float, float]:
    """Return the seconds from a click on Train until the store has a first step of the run, and the page shows one."""
    page.goto(f"{app.url}/train")
    page.get_by_text(re.compile("^Takes (about|less than)")).wait_for()
    # About a second, in which a person would look at the settings.
    wait_until(lambda: page.evaluate("Boolean(window.Plotly)"), "plotly.js is loaded")
    number = 1 + max((run.id for run in app.store.runs()), default=0)
    started = time.perf_counter()
    _train_button(page).click()
    wait_until(lambda: any(run.step for run in app.store.runs() if run.id == number), "the first step is taken")
    in_store = time.perf_counter() - started
    page.get_by_role("heading", name=f"Run {number}: ").wait_for()
    page.get_by_text(re.compile(r"· step [1-9]")).wait_for()
    on_screen = time.perf_counter() - started
    wait_until(lambda: app.store.run(number).state is State.FINISHED, "the run has ended", 60)
    return in_store, on_screen


def _evaluation(page: Page, app: RunningApp) -> float:
    run, *_ = app.store.runs()
    page.goto("about:blank")
    return _seconds(
        lambda: page.goto(f"{app.url}/evaluate?run={run.id}"),
        page.get_by_role("button", name=re.compile("^Test image .* read as")).last.wait_for,
    )


def _choices(page: Page, app: RunningApp, rounds: int) -> list[float]:
    """Return the seconds from choosing each of several networks until the page is complete."""
    numbers = [app.store.submit(TrainConfig(seed=seed + 1)) for seed in range(rounds)]
    wait_until(lambda: not app.store.active_runs(), "the runs have ended", 60 * rounds)
    page.goto(f"{app.url}/evaluate?run=1")
    last = page.get_by_role("button", name=re.compile("^Test image .* read as")).last
    last.wait_for()
    waits = []
    for number in numbers:
        page.get_by_role("combobox", name="Network").click()
        option = page.get_by_role("option", name=re.compile(f"^Run {number}:"))
        option.wait_for()
        accuracy = page.get_by_test_id("stMetricValue").filter(has_text=percent(app.store.run(number).test_accuracy))
        idle = page.locator("[data-test-script-state=notRunning]")
        waits.append(_seconds(option.click, accuracy.wait_for, idle.wait_for, last.wait_for))
    return waits


def _answers(page: Page, app: RunningApp, rounds: int) -> list[float]:
    page.goto(f"{app.url}/draw")
    page.locator("canvas.upper-canvas").wait_for()
    waits = []
    for _ in range(rounds + 1):
        draw_with_mouse(page, "7")
        final = page.get_by_role("status").filter(has_text="I read a 7.")  # not the live one
        waits.append(_seconds(final.wait_for))
        page.get_by_role("button", name="Clear", exact=True).click()
        page.get_by_text("Draw a digit from 0 to 9").wait_for()
    return waits[1:]  # the first one loads the starter network


def _end_of_run(folder: Path, rounds: int) -> list[float]:
    """Return the seconds after the last step of a run: evaluating the test set, and writing the results."""
    from mnist_core.training import Trainer

    folder.mkdir()
    trainer = Trainer(TrainConfig(epochs=1), load_dataset())
    while not trainer.done:
        point = trainer.train_chunk()
    waits = []
    with RunStore.open(f"sqlite:///{folder / 'runs.sqlite'}") as store:
        queue = WorkQueue(store)
        for _ in range(rounds):
            store.submit(trainer.config)
            turn = queue.claim("benchmark")
            if turn is None:
                raise RuntimeError("the run that was just submitted cannot be claimed")
            write = partial(_write, queue, turn, point, trainer)
            waits.append(_seconds(trainer.evaluate, write))
    return waits


def _write(queue: WorkQueue, turn: Turn, point: ProgressPoint, trainer: Trainer) -> None:
    queue.record(turn, [point], 1.0, trainer.checkpoint())


def _train_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Train", exact=True)


def _seconds(*steps: Callable[[], object]) -> float:
    started = time.perf_counter()
    for step in steps:
        step()
    return time.perf_counter() - started
