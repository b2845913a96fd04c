"""A workshop: forty students draw, read charts and train in turn, while a worker is killed each minute.

No drawing and no run is lost, pages answer in time, and the server's memory stays as it is.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from mnist_core.runs import HandwritingStore, RunStore, State
from scripts.running_app import RunningApp, running_app, wait_until
from soak.checks import check, log
from soak.student import Student, Waits

WORKERS = 2
SECONDS_TO_START, SECONDS_TO_END = 180.0, 600.0
SECONDS_BETWEEN_KILLS = 60.0
SECONDS_BETWEEN_LOOKS = 5.0
SLOWEST_PAGE = 1.0
"""Seconds, of each kind of interaction, at the 95th percentile."""
MOST_GROWTH = 1.1
"""Of the server's memory, from the second third of the time to the last."""


def soak(people: int, minutes: float, seed: int) -> None:
    """Let so many students work for so many minutes, and check what is left of it."""
    chance, waits = random.Random(seed), Waits()  # noqa: S311 - which process dies is no secret
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder), WORKERS) as app:
        wait_until(lambda: _ready(app) == WORKERS, "the workers are ready", SECONDS_TO_START)
        log(f"{people} students work for {minutes:g} minutes; load {os.getloadavg()[0]:.1f}")
        try:
            memory, kills = asyncio.run(_work(app, people, 60 * minutes, waits, chance))
        except Exception:
            log(f"the end of the server's log:\n{app.last_lines()}")
            raise
        log(f"the students leave; load {os.getloadavg()[0]:.1f}")
        wait_until(lambda: all(run.state.ended for run in app.store.runs()), "all runs end", SECONDS_TO_END)
        _print_table(waits)
        log(f"server: {_in_words(memory)}; {kills} workers killed")
        _check_that_nothing_is_lost(app.store, waits)
        _check_waits(waits)
        _check_memory(memory)


async def _work(
    app: RunningApp, people: int, seconds: float, waits: Waits, chance: random.Random
) -> tuple[list[int], int]:
    """Return the server's memory in bytes, from time to time, and how many workers were killed."""
    students = [Student(app.url, number, waits) for number in range(people)]
    try:
        await asyncio.gather(*(student.open() for student in students))
        until = time.monotonic() + seconds
        watching = asyncio.create_task(_watch_memory(app.process.pid))
        killing = asyncio.create_task(_kill_workers(app, chance))
        await asyncio.gather(*(student.learn(until) for student in students))
        watching.cancel()
        killing.cancel()
        return await watching, await killing
    finally:
        await asyncio.gather(*(student.close() for student in students))


async def _watch_memory(process: int) -> list[int]:
    """Until it is cancelled, look how much memory a process has; return what was seen, in bytes."""
    seen = list[int]()
    try:
        while True:
            lines = Path(f"/proc/{process}/status").read_text().split("VmRSS:")
            seen.append(1024 * int(lines[1].split()[0]))
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
    except asyncio.CancelledError:
        return seen


async def _kill_workers(app: RunningApp, chance: random.Random) -> int:
    """Until it is cancelled, kill a worker each minute; return how many were killed."""
    kills = 0
    try:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_KILLS / 2)
            if workers := app.worker_processes():
                os.kill(chance.choice(workers), signal.SIGKILL)
                kills += 1
            await asyncio.sleep(SECONDS_BETWEEN_KILLS / 2)
    except asyncio.CancelledError:
        return kills


def _ready(app: RunningApp) -> int:
    return sum(worker.ready for worker in app.store.workers())


def _print_table(waits: Waits) -> None:
    print(f"\n{'':52} {'number':>8} {'median':>10} {'95 %':>10} {'longest':>10}")
    for kind, seconds in sorted(waits.seconds.items()):
        middle, high, longest = (1000 * float(np.percentile(seconds, share)) for share in (50, 95, 100))
        print(f"{kind:52} {len(seconds):8,} {middle:7,.0f} ms {high:7,.0f} ms {longest:7,.0f} ms")
    print(flush=True)


def _check_that_nothing_is_lost(store: RunStore, waits: Waits) -> None:
    for words in waits.lost:
        log(f"lost: {words}")
    check(not waits.lost, "every page came that was asked for, and said what was done")
    stored = sum(it.count for it in HandwritingStore(store).sets())
    check(stored == waits.confirmed, f"all {waits.confirmed} drawings that were confirmed are stored ({stored})")
    runs = store.runs()
    finished = sum(run.state is State.FINISHED for run in runs)
    words = f"all {waits.trained} runs that were asked for are stored ({len(runs)}) and have finished ({finished})"
    check(finished == len(runs) == waits.trained, words)


def _check_waits(waits: Waits) -> None:
    slow = {kind: float(np.percentile(seconds, 95)) for kind, seconds in waits.seconds.items()}
    slowest = max(slow, key=lambda kind: slow[kind])
    words = f"95 of 100 interactions of each kind take at most {SLOWEST_PAGE:g} s"
    check(slow[slowest] <= SLOWEST_PAGE, f"{words} (the slowest: {slowest}, {slow[slowest]:.2f} s)")


def _check_memory(memory: list[int]) -> None:
    """The first third is left out: caches fill, and the first pages of each kind are loaded."""
    third = max(1, len(memory) // 3)
    before, after = median(memory[third : 2 * third] or memory), median(memory[-third:])
    growth = after / before
    words = f"the server's memory stays: its last third has {growth:.2f} of the second, at most {MOST_GROWTH:g}"
    check(growth <= MOST_GROWTH, words)


def _in_words(memory: list[int]) -> str:
    start, middle, end = (memory[index] / 1e6 for index in (0, len(memory) // 2, -1))
    return f"{start:.0f} MB at the start, {middle:.0f} MB in the middle, {end:.0f} MB at the end"
