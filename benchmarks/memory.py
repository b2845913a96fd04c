"""Memory of the server and a worker, and size of the store, after many runs."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.report import Table
from mnist_core.config import TrainConfig
from mnist_core.runs import State
from scripts.running_app import DESKTOP, RunningApp, chromium, running_app, wait_until

SHORT_RUN = TrainConfig(epochs=1, batch_size=8192)
"""A run of full size in the store that trains within a moment."""
SECONDS_PER_RUN = 20.0


class Usage(NamedTuple):
    """Megabytes (10⁶ bytes) in memory and on disk."""

    server: float
    worker: float
    store: float


def measure(runs: int) -> Table:
    """Train `runs` short runs one after another, open two pages, and measure what has grown."""
    with tempfile.TemporaryDirectory() as name, running_app(Path(name)) as app, chromium() as browser:
        app.wait_for_workers()
        page = browser.new_context(**DESKTOP).new_page()
        page.goto(f"{app.url}/train")
        page.get_by_role("button", name="Train").first.wait_for()
        rows = [("at the start", _usage(app, Path(name)))]
        last = [app.store.submit(SHORT_RUN) for _ in range(runs)][-1]
        wait_until(lambda: app.store.run(last).state is State.FINISHED, "all are trained", SECONDS_PER_RUN * runs)
        rows.append((f"after {runs} runs", _usage(app, Path(name))))
        page.goto(f"{app.url}/runs")
        page.get_by_role("heading", name="Runs").first.wait_for()
        rows.append(("and with all of them on the Runs page", _usage(app, Path(name))))
    note = "Runs of one epoch with 256 units. One worker, one page open; the store is an SQLite database."
    cells = [[row, *(f"{megabytes:,.0f}" for megabytes in usage)] for row, usage in rows]
    return Table("Memory", ("", "server, MB", "worker, MB", "store, MB"), cells, note)


def _usage(app: RunningApp, folder: Path) -> Usage:
    worker = max(_resident(pid) for pid in app.worker_processes())
    return Usage(_resident(app.process.pid), worker, sum(file.stat().st_size for file in folder.glob("runs*")) / 1e6)


def _resident(pid: int) -> float:
    """Return the resident memory of a process in megabytes, from /proc or, on other systems, from `ps`."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        return int(status.read_text().split("VmRSS:")[1].split()[0]) * 1024 / 1e6
    answer = subprocess.run(["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(answer.stdout) * 1024 / 1e6
