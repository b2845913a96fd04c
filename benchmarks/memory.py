"""What the server, a worker and the store hold after many runs."""

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
"""Of full size in the store, and trained in a moment."""
SECONDS_PER_RUN = 20.0


class Held(NamedTuple):
    """Megabytes (10⁶ bytes) in memory and on disk."""

    server: float
    worker: float
    store: float


def measure(runs: int) -> Table:
    """Train `runs` short runs one after another, look at two pages, and see what has grown."""
    with tempfile.TemporaryDirectory() as name, running_app(Path(name)) as app, chromium() as browser:
        app.wait_for_workers()
        page = browser.new_context(**DESKTOP).new_page()
        page.goto(f"{app.url}/train")
        page.get_by_role("button", name="Train").first.wait_for()
        rows = [("at the start", _held(app, Path(name)))]
        last = [app.store.submit(SHORT_RUN) for _ in range(runs)][-1]
        wait_until(lambda: app.store.run(last).state is State.FINISHED, "all are trained", SECONDS_PER_RUN * runs)
        rows.append((f"after {runs} runs", _held(app, Path(name))))
        page.goto(f"{app.url}/runs")
        page.get_by_role("heading", name="Runs").first.wait_for()
        rows.append(("and with all of them on the Runs page", _held(app, Path(name))))
    note = "Runs of one epoch with 256 units. One worker, one page open; the store is an SQLite database."
    cells = [[row, *(f"{megabytes:,.0f}" for megabytes in held)] for row, held in rows]
    return Table("Memory", ("", "server, MB", "worker, MB", "store, MB"), cells, note)


def _held(app: RunningApp, folder: Path) -> Held:
    worker = max(_resident(pid) for pid in app.worker_processes())
    return Held(_resident(app.process.pid), worker, sum(file.stat().st_size for file in folder.glob("runs*")) / 1e6)


def _resident(pid: int) -> float:
    """Return the megabytes of memory that a process holds now: from /proc, or from `ps` where there is none."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        return int(status.read_text().split("VmRSS:")[1].split()[0]) * 1024 / 1e6
    answer = subprocess.run(["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(answer.stdout) * 1024 / 1e6
