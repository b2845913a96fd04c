"""Latency of the live prediction: updates per second while the pen is down, and the wait after it is lifted."""

from __future__ import annotations

import json
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.report import Table
from scripts.draw_with_mouse import STROKES, inside
from scripts.running_app import DESKTOP, chromium, running_app, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

COLUMNS = ("", "goal", "measured")
MOVES, SECONDS_PER_MOVE = 96, 0.016
"""The pen moves about sixty times a second; a digit takes at least one and a half seconds."""

# Records when the pen moves and is lifted, when the answer to a live picture and its bars are painted (with the time at
# which that picture was taken), and when the final answer is. All times are the browser's, in milliseconds.
PROBE = """() => {
    const probe = window.probe = { moves: [], shown: [], lifted: [], answered: [] };
    let frame = null, open = false;
    const answer = () => document.querySelector('.answer');
    const canvas = document.querySelector('.st-key-draw_box .upper-canvas');
    canvas.addEventListener('pointermove', (event) => { if (event.buttons) probe.moves.push(Date.now()) });
    window.addEventListener('pointerup', () => { probe.lifted.push(Date.now()); open = true }, true);
    const look = () => {
        const now = answer()?.dataset.frame ?? null;
        if (now && now !== frame) probe.shown.push([Number(now), Date.now()]);
        frame = now;
        if (open && answer()?.getAttribute('role') === 'status') { probe.answered.push(Date.now()); open = false }
        if (window.probe === probe) requestAnimationFrame(look);
    };
    look();
}"""


class Latency(NamedTuple):
    """The results of one digit: updates per second, lags of the bars behind each move and the final wait, in ms."""

    rate: float
    lags: list[float]
    wait: float


def measure(digits: int) -> Table:
    """Draw `digits` digits in Chromium, with a single visitor."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser, running_app(Path(name)) as app:
        app.wait_for_workers()
        page = browser.new_context(**DESKTOP).new_page()
        page.goto(f"{app.url}/draw")
        page.locator("canvas.upper-canvas").wait_for()
        names = [list(STROKES)[number % len(STROKES)] for number in range(digits + 1)]
        latencies = [_draw(page, name) for name in names][1:]  # the first one loads the starter network
    lags = [lag for one in latencies for lag in one.lags]
    waits = [one.wait for one in latencies]
    rows = [
        ["updates a second while the pen is down", "≥ 5", f"{median(one.rate for one in latencies):.1f}"],
        ["behind the pen, median", "", f"{median(lags):.0f} ms"],
        ["behind the pen, 95th percentile", "≤ 250 ms", f"{np.percentile(lags, 95):.0f} ms"],
        ["pen up → final answer, median", "≤ 450 ms", f"{median(waits):.0f} ms"],
        ["pen up → final answer, 95th percentile", "", f"{np.percentile(waits, 95):.0f} ms"],
    ]
    note = f"{digits} digits in Chromium, one visitor, {len(lags):,} moves; 200 ms of the wait are the canvas's own."
    return Table("How closely the answer follows the pen", COLUMNS, rows, note)


def _draw(page: Page, digit: str) -> Latency:
    page.evaluate(PROBE)
    points = [inside(page.locator("canvas.upper-canvas"), across, down) for across, down in STROKES[digit]]
    steps = MOVES // (len(points) - 1)
    page.mouse.move(*points[0])
    page.mouse.down()
    started = time.perf_counter()
    for (x, y), (next_x, next_y) in pairwise(points):
        for step in range(1, steps + 1):
            page.mouse.move(x + (next_x - x) * step / steps, y + (next_y - y) * step / steps)
            time.sleep(SECONDS_PER_MOVE)
    seconds = time.perf_counter() - started
    page.mouse.up()
    wait_until(lambda: page.evaluate("window.probe.answered.length"), "the answer is there")
    probe = json.loads(page.evaluate("JSON.stringify(window.probe)"))
    page.get_by_role("button", name="Clear", exact=True).click()
    page.get_by_text("Draw a digit from 0 to 9").wait_for()
    lifted = probe["lifted"][0]
    shown = [(frame, at) for frame, at in probe["shown"] if frame <= lifted]
    lags = [next((at - move for frame, at in shown if frame >= move), None) for move in probe["moves"]]
    return Latency(len(shown) / seconds, [lag for lag in lags if lag is not None], probe["answered"][0] - lifted)
