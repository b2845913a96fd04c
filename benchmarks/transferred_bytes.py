"""Bytes that a browser receives: for the first visits of Start and Train, and in a minute of watching a run."""

from __future__ import annotations

import base64
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks.report import Table
from mnist_core.config import LIMITS, TrainConfig
from scripts.running_app import DESKTOP, RunningApp, chromium, running_app, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NUMBERS, PICTURE = "numbers, curves and hints", "picture of the network"
MESSAGES, FILES = "Streamlit's messages", "files"
COLUMNS = ("", "kilobytes")
CONFIG = TrainConfig(hidden_units=512, epochs=int(LIMITS["epochs"].high))
"""It trains for longer than a minute on two free cores."""


class Traffic:
    """Counts the bytes that a page receives by what they are for: bodies as they were sent, compressed, with headers.

    Messages of the websocket count without their headers, which have up to ten bytes each.
    """

    def __init__(self, page: Page) -> None:
        self.received: Counter[str] = Counter()
        self._kinds: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._begin)
        session.on("Network.loadingFinished", self._finish)
        session.on("Network.webSocketFrameReceived", self._message)
        session.send("Network.enable")

    def _begin(self, event: dict[str, Any]) -> None:
        self._kinds[event["requestId"]] = kind_of(event["request"]["url"])

    def _finish(self, event: dict[str, Any]) -> None:
        self.received[self._kinds.get(event["requestId"], FILES)] += int(event["encodedDataLength"])

    def _message(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        text = frame["payloadData"]
        self.received[MESSAGES] += len(base64.b64decode(text) if frame["opcode"] == 2 else text.encode())


def kind_of(address: str) -> str:
    """Return what an address is fetched for."""
    parts = urlsplit(address).path.strip("/").split("/")
    if "news" not in parts[:-1]:
        return FILES
    return PICTURE if parts[-1] == "network" else NUMBERS


def measure(seconds: int) -> Table:
    """Open Start and Train with an empty cache, then watch a run for so many seconds."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app, chromium() as browser:
        app.wait_for_workers()
        rows = [*_first_visits(browser, app), *_watching(browser, app, seconds)]
    note = (
        f"To a desktop's browser, with headers, compressed as they were sent. The run: {CONFIG.hidden_units} units, "
        f"{CONFIG.epochs} epochs, watched for its first {seconds} seconds."
    )
    return Table("Bytes that a browser receives", COLUMNS, [[name, f"{n / 1000:,.0f}"] for name, n in rows], note)


def _first_visits(browser: Browser, app: RunningApp) -> list[tuple[str, float]]:
    page = browser.new_context(**DESKTOP).new_page()
    traffic = Traffic(page)
    page.goto(app.url)
    page.locator("canvas.upper-canvas").wait_for()
    page.get_by_role("button", name="Train your own").click(trial=True)
    page.wait_for_load_state("networkidle")
    start = traffic.received.total()
    page.get_by_role("link", name="Train", exact=True).click()
    page.get_by_role("button", name="Train", exact=True).click(trial=True)
    wait_until(lambda: page.evaluate("Boolean(window.Plotly)"), "plotly.js is loaded")
    page.wait_for_load_state("networkidle")
    train = traffic.received.total() - start
    page.context.close()
    return [("first visit of Start", start), ("then Train, for the first time", train)]


def _watching(browser: Browser, app: RunningApp, seconds: int) -> list[tuple[str, float]]:
    page = browser.new_context(**DESKTOP).new_page()
    traffic = Traffic(page)
    number = app.store.submit(CONFIG)
    page.goto(f"{app.url}/train?run={number}")
    page.locator(".st-key-network_live canvas").first.wait_for()
    wait_until(lambda: app.store.run(number).step, "the first step is taken", 60)
    traffic.received.clear()
    page.wait_for_timeout(1000 * seconds)
    if app.store.run(number).state.ended:
        raise RuntimeError("the run has ended before it was watched for long enough")
    app.store.stop(number)
    minute = Counter({kind: n * 60 / seconds for kind, n in traffic.received.items()})
    parts = [(f"of which {kind}", float(minute[kind])) for kind in (NUMBERS, PICTURE, MESSAGES, FILES)]
    return [("a minute of watching a run", float(sum(minute.values()))), *parts]
