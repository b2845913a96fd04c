"""Many people press *Train* in the same second: nobody is lost, kept waiting out of proportion, or told nonsense."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING

from mnist_core.runs import RunStore
from scripts.running_app import DESKTOP, RunningApp, chromium, running_app, wait_until
from soak.claims import Broken, claim, say

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

WORKERS = 2
EPOCHS = 20
"""Long enough that everybody is in training at the same time."""
LOOKING_ON = 3
"""Pages that stay open. The others close when they have told what they show: in a workshop, each has a computer of its
own, and one browser that draws them all would take the processors from the training."""
LONGEST_STANDSTILL = 10.0
UNFAIR = 3.0
ESTIMATE_FACTOR = 3.0
SECONDS_TO_END = 900.0
POLL_SECONDS = 0.1
_UNITS = {"second": 1, "minute": 60, "hour": 3600}


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
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder), WORKERS) as app, chromium() as browser:
        app.wait_for_workers()
        pages = [_open(browser, app) for _ in range(people)]
        wait_until(lambda: all(map(_ready, pages)), "every page has taken the setting in")
        say(f"{people} people look at the Train page")
        watch = Watch(app.store)
        for page in pages:
            page.evaluate("[...document.querySelectorAll('button')].find(it => it.innerText.endsWith('Train')).click()")
        pressed = time.monotonic() - watch.started
        wait_until(lambda: watch.look() or len(app.store.runs()) == people, "every run is in the store")
        owners = {run.owner for run in app.store.runs()}
        claim(len(owners) == people, f"{people} runs of {people} people, all pressed within {pressed:.1f} s")
        estimates = _told(pages, watch)
        watch.standstill.clear()
        wait_until(watch.look, "all runs end", SECONDS_TO_END)
        _judge(watch, estimates)


def _open(browser: Browser, app: RunningApp) -> Page:
    page = browser.new_context(**DESKTOP).new_page()
    page.goto(app.url)
    epochs = page.get_by_role("spinbutton", name="Epochs", exact=True)
    epochs.fill(str(EPOCHS))
    epochs.press("Enter")
    page.get_by_text(re.compile("^Takes about")).wait_for()
    return page


def _ready(page: Page) -> bool:
    """Whether the page is at rest: Streamlit marks what it is still working on."""
    return page.get_by_test_id("stApp").get_attribute("data-test-script-state") == "notRunning"


def _told(pages: list[Page], watch: Watch) -> list[tuple[int, float, float]]:
    """Return what each page says: (run, seconds that it estimates, when it said so). Closes most of them."""
    told = []
    for index, page in enumerate(pages):
        words = page.get_by_text(re.compile(r"Epoch \d+ of \d+ · step .* left"))
        _wait_for(words, page)
        heading = page.get_by_role("heading", name=re.compile(r"Run \d+: "))
        run_id, text = re.search(r"Run (\d+)", heading.inner_text()), words.inner_text()
        if run_id is None:
            raise Broken(f"a page names no run but says: {text}")
        told.append((int(run_id[1]), _seconds(text), time.monotonic() - watch.started))
        if index >= LOOKING_ON:
            page.context.close()
        watch.look()
    return told


def _wait_for(words: Locator, page: Page) -> None:
    """Wait until the page says them. Raises `Broken`, with what it says instead."""
    from playwright.sync_api import TimeoutError as NeverSaid

    try:
        words.wait_for()
    except NeverSaid:
        said = page.get_by_test_id("stMain").inner_text()
        raise Broken(f"a page says nothing of its run's progress, but: {said}") from None


def _judge(watch: Watch, estimates: list[tuple[int, float, float]]) -> None:
    waits = list(watch.first.values())
    words = f"the longest wait for a first step ({max(waits):.1f} s) is at most {UNFAIR:g} times the mean"
    claim(max(waits) <= UNFAIR * mean(waits), f"{words} ({mean(waits):.1f} s)")
    longest = max(watch.standstill.values())
    claim(
        longest <= LONGEST_STANDSTILL,
        f"while {LOOKING_ON} look on, no curve stands still for longer than {LONGEST_STANDSTILL:g} s ({longest:.1f} s)",
    )
    ratios = [estimate / (watch.ended[run_id] - at) for run_id, estimate, at in estimates]
    words = f"estimated ÷ real time to the end: median {median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}"
    claim(min(ratios) >= 1 / ESTIMATE_FACTOR and max(ratios) <= ESTIMATE_FACTOR, words)


def _seconds(text: str) -> float:
    """Return the seconds in "... · about 3 minutes left"."""
    found = re.search(r"about ([\d.]+) (second|minute|hour)s? left", text)
    return float(found[1]) * _UNITS[found[2]] if found else 1.0
