"""Runs the app in its own process, on a free port, with an empty store; and starts a Chromium to open it.

The journeys in the tests, the benchmarks and `make screenshots` use this.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.error import URLError
from urllib.request import urlopen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from mnist_core.runs import RunStore  # noqa: E402
from scripts.find_chromium import FLAGS, NO_CHROMIUM, find_chromium  # noqa: E402
from scripts.launch import streamlit_command  # noqa: E402
from scripts.ports import free_port  # noqa: E402
from scripts.preflight import EVERY_ADDRESS, LOOPBACK, Problem  # noqa: E402

SECONDS_TO_START = 240.0
SECONDS_TO_STOP = 60.0
POLL_SECONDS = 0.05
LOG_LINES_SHOWN = 30


class Screen(TypedDict, total=False):
    """Options of a browser context."""

    viewport: ViewportSize
    has_touch: bool
    is_mobile: bool
    device_scale_factor: int


DESKTOP: Screen = {"viewport": {"width": 1280, "height": 800}}
PHONE: Screen = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class RunningApp:
    """The app as `make run` starts it. `stop` also waits until its workers are gone."""

    def __init__(self, folder: Path, workers: int = 1, names: Sequence[str] = (), address: str = LOOPBACK) -> None:
        """Prepare to run with an empty store and a log in `folder`; `names` are further allowed host names.

        With another `address` than this machine's own, such as 127.0.0.2, it is reached there as well.
        """
        self.database_url = f"sqlite:///{folder / 'runs.sqlite'}"
        self.store = RunStore.open(self.database_url)
        self.log = folder / "server.log"
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._workers, self._names, self._address = workers, list(names), address
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The server that was started last."""
        return self._processes[-1]

    def start(self) -> None:
        """Start the server and wait until it answers. Raises `Problem`, with the end of its log, if it does not."""
        environment = os.environ | {"MNIST_DATABASE_URL": self.database_url, "MNIST_WORKERS": str(self._workers)}
        listen = LOOPBACK if self._address == LOOPBACK else EVERY_ADDRESS
        command = streamlit_command(listen, self._address, self.port, self._names)
        with self.log.open("ab") as log:
            self._processes.append(
                subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=subprocess.STDOUT)
            )
        wait_until(lambda: self._answers() or self.process.poll() is not None, "the server answers", SECONDS_TO_START)
        if self.process.poll() is not None:
            raise Problem(f"The server ended with code {self.process.returncode}:\n{self.last_lines()}")

    def stop(self) -> None:
        """Stop the server as Ctrl-C does, close the store, and wait until every worker process is gone."""
        self._end()
        self.store.close()
        wait_until(lambda: not self.worker_processes(), "the workers are gone", SECONDS_TO_STOP)

    def kill(self) -> None:
        """Kill the server (SIGKILL), as in a power failure."""
        self.process.kill()
        self.process.wait(SECONDS_TO_STOP)

    def restart(self) -> None:
        """Stop the server if it still runs, and start it again with the same port and store."""
        self._end()
        self.start()

    def wait_for_workers(self) -> None:
        """Wait until a worker has loaded TensorFlow."""
        wait_until(lambda: any(worker.ready for worker in self.store.workers()), "a worker is ready", SECONDS_TO_START)

    def worker_processes(self) -> list[int]:
        """Return the ids of the running worker processes that any server of this app has started."""
        return [pid for process in self._processes for pid in workers_of(process.pid)]

    def last_lines(self) -> str:
        """Return the end of the log of servers and workers."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:])

    def _end(self) -> None:
        if self._processes and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(SECONDS_TO_STOP)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:  # noqa: S310 - our own http address
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


@contextmanager
def running_app(folder: Path, workers: int = 1, address: str = LOOPBACK) -> Iterator[RunningApp]:
    """Run the app for the duration of a `with` block. Raises `Problem` if it does not start."""
    app = RunningApp(folder, workers, address=address)
    try:
        app.start()
        yield app
    finally:
        app.stop()


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Start the Chromium that CHROMIUM names, else an installed one; `flags` are further arguments for it.

    Raises `Problem` if there is none.
    """
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or find_chromium()
    if path is None:
        raise Problem(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 60.0) -> None:
    """Wait until `condition()` is true. Raises `TimeoutError`, whose text says `what` was awaited."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} seconds in vain until {what}")
        time.sleep(POLL_SECONDS)


def workers_of(server: int) -> list[int]:
    """Return the ids of the running worker processes that the process `server` has started."""
    mark = f"-{server}-"  # a worker's name holds its server's id
    return [pid for pid, command in _processes() if "mnist_core worker --name" in command and mark in command]


def _processes() -> Iterator[tuple[int, str]]:
    """Yield (id, command line) of this machine's processes, from /proc or, on other systems, from `ps`."""
    if Path("/proc/self/cmdline").exists():
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # it has ended in the meantime
                yield int(path.parent.name), path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return
    ps = ["/bin/ps", "-axo", "pid=,command="]
    for line in subprocess.run(ps, capture_output=True, text=True, check=True).stdout.splitlines():
        pid, command = line.split(None, 1)
        yield int(pid), command
