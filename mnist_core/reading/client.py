"""Has drawings read by a process of its own (process.py), from the server's event loop."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
import traceback
from asyncio.subprocess import PIPE, Process
from collections import OrderedDict, deque
from contextlib import suppress
from pathlib import Path
from typing import Any

from mnist_core.model.numpy_network import Network
from mnist_core.reading import process as reading_process
from mnist_core.reading.process import LENGTH_BYTES, Question
from mnist_core.reading.readings import Drawing, Reading

PROJECT = Path(__file__).parents[2]
MOST_NETWORK_BYTES = 64_000_000
"""Of all networks that the process keeps, or the largest alone: eighty of the default settings."""
SECONDS_TO_ANSWER = 10.0
"""After which the process is taken for one that hangs, and ended. The browser has given up by then."""
SECONDS_TO_RESTART = 60.0


class NotRunning(Exception):
    """There is no process now. The drawing is to be read in this one."""


class ReadingClient:
    """Starts the process when the first drawing is to be read, and asks it. To be used in one event loop."""

    def __init__(self) -> None:
        self._pending: deque[asyncio.Future[Reading]] = deque()
        """The readings that are still to come, in the order in which they will."""
        self._wanted = asyncio.Event()
        self._process: Process | None = None
        """The process, once it answers."""
        self._known: OrderedDict[int, Network] = OrderedDict()
        """The networks that the process has, by their ids, the one that was asked for last at the end."""

    @property
    def waiting(self) -> int:
        """How many drawings wait to be read."""
        return len(self._pending)

    async def read(self, network: Network, drawing: Drawing) -> Reading:
        """Return what a network reads in a drawing. Raises `NotRunning`; then the process is started, if `run` runs."""
        process = self._process
        if process is None or process.stdin is None:
            self._wanted.set()
            raise NotRunning
        question = Question(id(network), drawing, *self._to_be_told(network))
        process.stdin.write(pickle.dumps(question, pickle.HIGHEST_PROTOCOL))
        future: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
        self._pending.append(future)
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                return await future
        except TimeoutError:
            _kill(process)
            raise NotRunning from None

    def _to_be_told(self, network: Network) -> tuple[Network | None, tuple[int, ...]]:
        """Return the network, if the process has yet to get it, and the ids of those that it is to drop for it."""
        if id(network) in self._known:
            self._known.move_to_end(id(network))
            return None, ()
        self._known[id(network)] = network
        dropped = []
        while len(self._known) > 1 and sum(map(_size, self._known.values())) > MOST_NETWORK_BYTES:
            dropped.append(self._known.popitem(last=False)[0])
        return network, tuple(dropped)

    async def run(self) -> None:
        """Have a process from the first question on, until this is cancelled. One that ends is replaced in a minute.

        So is one whose answers cannot be understood; the terminal says why.
        """
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._serve()
            except (OSError, NotImplementedError):
                pass  # this process reads the drawings then
            except Exception:  # whatever came in place of an answer: without this, no process would come again
                traceback.print_exc()
            await asyncio.sleep(SECONDS_TO_RESTART)

    async def _serve(self) -> None:
        """Start the process, and hand its answers over until it ends. Raises `OSError` if it cannot be started."""
        command = (sys.executable, "-m", reading_process.__name__)
        settings = {"PYTHONPATH": str(PROJECT), "OPENBLAS_NUM_THREADS": "1"}
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, env=os.environ | settings)
        try:
            with suppress(asyncio.IncompleteReadError):  # it has ended
                await self._hear(process)
        finally:
            self._process = None
            self._known.clear()
            while self._pending:
                future = self._pending.popleft()
                if not future.done():
                    future.set_exception(NotRunning())
            _kill(process)
            await process.wait()

    async def _hear(self, process: Process) -> None:
        """Hand the answers of a process over. Raises `asyncio.IncompleteReadError` when it ends."""
        answers = process.stdout
        if answers is None:
            return
        await _next(answers)  # it has loaded what it needs
        self._process = process
        while True:
            reading = await _next(answers)
            future = self._pending.popleft()
            if not future.done():  # its browser may have left
                future.set_result(reading)


async def _next(answers: asyncio.StreamReader) -> Any:
    length = int.from_bytes(await answers.readexactly(LENGTH_BYTES), "big")
    return pickle.loads(await answers.readexactly(length))  # noqa: S301 - from the process that was started here


def _kill(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()


def _size(network: Network) -> int:
    return sum(array.nbytes for array in network.weights)


reading_client = ReadingClient()
