"""Real browsers among the visitors of a class that draws: how soon people see the answer to what they draw."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from benchmarks.drawing_latency import PROBE, SECONDS_PER_MOVE
from scripts.draw_with_mouse import STROKES, inside_box
from scripts.find_chromium import FLAGS, NO_CHROMIUM, find_chromium
from scripts.preflight import Problem
from scripts.running_app import DESKTOP

if TYPE_CHECKING:
    from playwright.async_api import Page

MOVES_OF_A_LINE = 24
MILLISECONDS_TO_ANSWER = 60_000


class BrowserVisitor:
    """The Draw page in a browser, with the methods of `Visitor`; what it measures is seen on the page."""

    def __init__(self, page: Page, url: str, digit: str) -> None:
        """Prepare to visit the app at `url`, and to draw this digit again and again."""
        self._page, self._url, self._points = page, url, STROKES[digit]
        self._way: Iterator[tuple[float, float]] = iter(())
        self._is_down = False
        page.set_default_timeout(MILLISECONDS_TO_ANSWER)

    async def open(self) -> None:
        """Open the page, and wait until its canvas is there."""
        await self._page.goto(f"{self._url}/draw")
        canvas = self._page.locator("canvas.upper-canvas")
        await canvas.wait_for()
        box: Any = await canvas.bounding_box()
        self._points = [inside_box(box, across, down) for across, down in self._points]

    async def hold_pen(self, seconds: float) -> list[float]:
        """Draw for so long; return for each move the seconds until an answer that knows it was on the screen."""
        await self._page.evaluate(PROBE)
        if not self._is_down:
            self._way = _way(self._points)
            await self._page.mouse.move(*next(self._way))
            await self._page.mouse.down()
            self._is_down = True
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await self._page.mouse.move(*next(self._way))
            await asyncio.sleep(SECONDS_PER_MOVE)
        probe = json.loads(await self._page.evaluate("JSON.stringify(window.probe)"))
        lags = (next((at - move for frame, at in probe["shown"] if frame >= move), None) for move in probe["moves"])
        return [lag / 1000 for lag in lags if lag is not None]

    async def lift_pen(self) -> float:
        """Lift the pen; return the seconds until the page's own answer is on the screen."""
        await self._page.mouse.up()
        self._is_down = False
        await self._page.wait_for_function("window.probe.answered.length")
        return float(await self._page.evaluate("window.probe.answered[0] - window.probe.lifted[0]")) / 1000

    async def clear(self) -> None:
        """Empty the canvas."""
        await self._page.get_by_role("button", name="Clear", exact=True).click()
        await self._page.get_by_text("Draw a digit from 0 to 9").wait_for()

    async def start_anew(self) -> None:
        """Lift the pen and empty the canvas."""
        await self.lift_pen()
        await self.clear()


@asynccontextmanager
async def browser_visitors(url: str, count: int) -> AsyncIterator[list[BrowserVisitor]]:
    """Start a Chromium with so many visitors of the app at `url`. Raises `Problem` if there is none."""
    from playwright.async_api import async_playwright

    path = os.environ.get("CHROMIUM") or find_chromium()
    if path is None:
        raise Problem(NO_CHROMIUM)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*FLAGS])
        try:
            contexts = [await browser.new_context(**DESKTOP) for _ in range(count)]
            digits = itertools.islice(itertools.cycle(STROKES), count)
            yield [
                BrowserVisitor(await context.new_page(), url, digit)
                for context, digit in zip(contexts, digits, strict=True)
            ]
        finally:
            await browser.close()


def _way(points: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield the pen's places along the lines between the points, there and back again without end."""
    yield points[0]
    for (x, y), (next_x, next_y) in itertools.pairwise(itertools.cycle([*points, *points[-2:0:-1]])):
        for step in range(1, MOVES_OF_A_LINE + 1):
            yield x + (next_x - x) * step / MOVES_OF_A_LINE, y + (next_y - y) * step / MOVES_OF_A_LINE
