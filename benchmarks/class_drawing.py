"""A class that draws: how soon forty people get answers while they draw, and two runs train.

Most visitors have no browser and send what the canvas sends, as `soak/visitor.py` does: forty browsers would take the
processors from the server that is measured. Three of them have one, and see what people see.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.class_browser import BrowserVisitor, browser_visitors
from benchmarks.class_visitor import Pictures, Visitor
from benchmarks.report import Table
from mnist_core.config import LIMITS, TrainConfig
from scripts.running_app import RunningApp, running_app, wait_until

COLUMNS = ("", "goal, 95th percentile", "median", "95th percentile", "a second")
RUNS = 2
BROWSERS = 3
SECONDS_TO_START = 180.0
WARM_UP = 3.0
"""Seconds that are not measured."""
STROKE, PAUSE = 1.5, 3.5
"""Seconds that a digit takes, and that its answer is looked at before the canvas is cleared."""


AnyVisitor = Visitor | BrowserVisitor


class Latencies:
    """Of one way to draw: seconds until answers while the pen is down, and until those of the page after pen up."""

    def __init__(self) -> None:
        self.live: list[float] = []
        self.final: list[float] = []
        self.seen: list[float] = []
        self.seen_final: list[float] = []
        """The same in browsers: from a move of the pen until its answer is painted, and from pen up."""

    def of(self, visitor: AnyVisitor) -> tuple[list[float], list[float]]:
        """Return the lists for this visitor: while the pen is down, and after pen up."""
        return (self.seen, self.seen_final) if isinstance(visitor, BrowserVisitor) else (self.live, self.final)


def measure(seconds: float, people: int = 40) -> Table:
    """Let so many people draw for so many seconds, without pause and with pauses, while two runs train."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder), RUNS) as app:
        wait_until(
            lambda: sum(worker.ready for worker in app.store.workers()) == RUNS,
            "the workers are ready",
            SECONDS_TO_START,
        )
        numbers = [app.store.submit(TrainConfig(epochs=int(LIMITS["epochs"].high), seed=seed)) for seed in range(RUNS)]
        wait_until(lambda: all(app.store.run(number).step for number in numbers), "both runs train", SECONDS_TO_START)
        without, pauses, steps = asyncio.run(_class(app, numbers, seconds, people))
    note = (
        f"{people} visitors of the Draw page, {BROWSERS} of them in browsers, {seconds:g} s each way; {RUNS} runs "
        f"train in {RUNS} workers, {steps:,.0f} steps a second together. From the copy of the canvas to its answer; in "
        "browsers from a move of the pen until an answer that knows it is painted. Without pause: the pen stays down. "
        f"With pauses: {STROKE:g} s of a digit, then {PAUSE:g} s to look at its answer, then Clear."
    )
    return Table("A class that draws", COLUMNS, _rows(without, pauses, people, seconds), note)


def _rows(without: Latencies, pauses: Latencies, people: int, seconds: float) -> list[list[str]]:
    what_stays = "what stays on the page after pen up"
    return [
        _row(f"{people} draw without pause", "≤ 250 ms", without.live, seconds),
        _row(f"{people} draw with pauses", "≤ 150 ms", pauses.live, seconds),
        _row(f"{what_stays}, with pauses", "", pauses.final, seconds),
        _row(f"seen in {BROWSERS} browsers, without pause", "", without.seen, seconds),
        _row(f"seen in {BROWSERS} browsers, with pauses", "", pauses.seen, seconds),
        _row(f"{what_stays}, seen in {BROWSERS} browsers", "", pauses.seen_final, seconds),
    ]


def _row(name: str, goal: str, latencies: list[float], seconds: float) -> list[str]:
    if not latencies:
        return [name, goal, "never", "", ""]
    middle, high = (1000 * float(np.percentile(latencies, share)) for share in (50, 95))
    return [name, goal, f"{middle:,.0f} ms", f"{high:,.0f} ms", f"{len(latencies) / seconds:,.0f}"]


async def _class(app: RunningApp, runs: list[int], seconds: float, people: int) -> tuple[Latencies, Latencies, float]:
    """Return the latencies without pause and with pauses, and the steps a second of all runs together."""
    async with browser_visitors(app.url, BROWSERS) as seeing:
        others = [Visitor(app.url, Pictures(number)) for number in range(people - BROWSERS)]
        visitors: list[AnyVisitor] = [*seeing, *others]
        try:
            await asyncio.gather(*(visitor.open() for visitor in visitors))
            steps, started = _steps(app, runs), time.monotonic()
            without = await _draw(visitors, seconds, STROKE, 0)
            await asyncio.gather(*(visitor.start_anew() for visitor in seeing))
            pauses = await _draw(visitors, seconds, STROKE, PAUSE)
            return without, pauses, (_steps(app, runs) - steps) / (time.monotonic() - started)
        finally:
            await asyncio.gather(*(visitor.close() for visitor in others))


def _steps(app: RunningApp, runs: list[int]) -> int:
    return sum(app.store.run(number).step for number in runs)


async def _draw(visitors: list[AnyVisitor], seconds: float, stroke: float, pause: float) -> Latencies:
    """Let everybody draw, each beginning at a moment of their own, and return what was measured after the warm-up."""
    result, begin = Latencies(), time.monotonic() + WARM_UP
    await asyncio.gather(
        *(
            _draw_alone(visitor, begin, seconds, (stroke, pause), number / len(visitors), result)
            for number, visitor in enumerate(visitors)
        )
    )
    return result


async def _draw_alone(
    visitor: AnyVisitor, begin: float, seconds: float, rhythm: tuple[float, float], phase: float, result: Latencies
) -> None:
    stroke, pause = rhythm
    await asyncio.sleep(phase * min(WARM_UP, stroke + pause))
    while time.monotonic() < begin + seconds:
        live = await visitor.hold_pen(stroke)
        final = [await visitor.lift_pen()] if pause else []
        if begin <= time.monotonic() < begin + seconds:
            of_live, of_final = result.of(visitor)
            of_live += live
            of_final += final
        if pause:
            await asyncio.sleep(pause)
            await visitor.clear()
