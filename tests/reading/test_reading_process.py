"""The process that reads drawings: what it answers, and what happens when it ends, hangs or has too many networks."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import PIPE

import numpy as np
import pytest

from mnist_core.model.numpy_network import Network
from mnist_core.reading import client
from mnist_core.reading.client import NotRunning, ReadingClient
from mnist_core.reading.process import LENGTH_BYTES, Question
from mnist_core.reading.readings import Reading, read_drawings
from scripts.running_app import wait_until
from tests.support.drawings import drawing

pytestmark = pytest.mark.slow

SECONDS = 60.0
STARTER = Network.load("starter")


def of_other_weights(factor: float) -> Network:
    return Network.from_weights([factor * array for array in STARTER.weights], "relu")


@asynccontextmanager
async def running() -> AsyncIterator[ReadingClient]:
    reading = ReadingClient()
    serving = asyncio.create_task(reading.run())
    try:
        yield reading
    finally:
        serving.cancel()
        await asyncio.wait([serving])


async def answers(reading: ReadingClient, network: Network = STARTER, index: int = 0) -> Reading:
    """Ask until the process is there."""
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                return await reading.read(network, drawing(index))
            except NotRunning:
                await asyncio.sleep(0.02)


def process_of(reading: ReadingClient) -> int:
    assert reading._process is not None
    return reading._process.pid


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]


def in_event_loop(test: Callable[[ReadingClient], Awaitable[None]]) -> None:
    async def run() -> None:
        async with running() as reading:
            await test(reading)

    asyncio.run(run())


def test_the_process_reads_what_this_one_would():
    async def test(reading: ReadingClient) -> None:
        with pytest.raises(NotRunning):  # the first drawing starts it
            await reading.read(STARTER, drawing(0))
        await answers(reading)
        indices = range(20)
        read = await asyncio.gather(*(reading.read(STARTER, drawing(index)) for index in indices))
        for index, (digits, probabilities) in zip(indices, read, strict=True):
            ((expected, chances),) = read_drawings([(STARTER, drawing(index))])
            assert probabilities == pytest.approx(chances)
            assert [digit.legible for digit in digits] == [digit.legible for digit in expected]
            assert np.array_equal(digits[0].image, expected[0].image)

    in_event_loop(test)


def test_each_network_reads_for_itself_also_when_others_were_dropped_for_it(monkeypatch):
    monkeypatch.setattr(client, "MOST_NETWORK_BYTES", sum(array.nbytes for array in STARTER.weights) + 1)

    async def test(reading: ReadingClient) -> None:
        zero, double = of_other_weights(0.0), of_other_weights(2.0)
        await answers(reading)
        for network in (STARTER, zero, double, STARTER, zero):
            read = await reading.read(network, drawing(0))
            ((_, expected),) = read_drawings([(network, drawing(0))])
            assert read.probabilities == pytest.approx(expected)
            assert len(reading._known) == 1

    in_event_loop(test)


def test_when_the_process_is_killed_nobody_waits_and_another_one_comes(monkeypatch):
    monkeypatch.setattr(client, "SECONDS_TO_RESTART", 0.0)

    async def test(reading: ReadingClient) -> None:
        await answers(reading)
        first = process_of(reading)
        os.kill(first, signal.SIGSTOP)
        waiting = [asyncio.create_task(reading.read(STARTER, drawing(index))) for index in range(3)]
        while reading.waiting < len(waiting):
            await asyncio.sleep(0)
        os.kill(first, signal.SIGKILL)
        failed = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(error) for error in failed] == [NotRunning] * 3
        assert (await answers(reading)).probabilities.argmax() == 7
        assert process_of(reading) != first

    in_event_loop(test)


def test_a_process_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(client, "SECONDS_TO_ANSWER", 0.2)

    async def test(reading: ReadingClient) -> None:
        await answers(reading)
        hanging = process_of(reading)
        os.kill(hanging, signal.SIGSTOP)
        with pytest.raises(NotRunning):
            await reading.read(STARTER, drawing(0))
        async with asyncio.timeout(SECONDS):
            while is_there(hanging):
                await asyncio.sleep(0.02)

    in_event_loop(test)


def test_a_process_that_answers_nonsense_is_replaced_and_the_terminal_says_so(monkeypatch, capfd):
    monkeypatch.setattr(client, "SECONDS_TO_RESTART", 0.0)
    understood = client._next

    async def nonsense(answers: asyncio.StreamReader) -> None:
        await understood(answers)
        raise pickle.UnpicklingError

    async def test(reading: ReadingClient) -> None:
        await answers(reading)
        first = process_of(reading)
        monkeypatch.setattr(client, "_next", nonsense)
        await answers(reading)  # was waited for already
        with pytest.raises(NotRunning):
            await reading.read(STARTER, drawing(0))
        monkeypatch.setattr(client, "_next", understood)
        assert (await answers(reading)).probabilities.argmax() == 7
        assert process_of(reading) != first
        assert not is_there(first)

    in_event_loop(test)
    assert "UnpicklingError" in capfd.readouterr().err


def test_who_leaves_gets_no_answer_and_others_get_theirs():
    async def test(reading: ReadingClient) -> None:
        await answers(reading)
        left, stays = (asyncio.create_task(reading.read(STARTER, drawing(index))) for index in (0, 1))
        await asyncio.sleep(0)  # both have asked
        left.cancel()
        assert (await stays).probabilities.argmax() == 2
        assert (await reading.read(STARTER, drawing(2))).probabilities.argmax() == 1

    in_event_loop(test)


def test_ctrl_c_leaves_the_process_to_its_server():
    async def test(reading: ReadingClient) -> None:
        await answers(reading)
        os.kill(process_of(reading), signal.SIGINT)
        assert (await reading.read(STARTER, drawing(0))).probabilities.argmax() == 7

    in_event_loop(test)


@pytest.mark.parametrize("asked", [b"", pickle.dumps(Question(1, drawing(0), STARTER))[:-1]], ids=["start", "question"])
def test_a_server_that_is_killed_leaves_no_traceback_behind(asked):
    """Neither while the process starts nor in the middle of a question."""
    command = [sys.executable, "-m", "mnist_core.reading.process"]
    with subprocess.Popen(command, cwd=client.PROJECT, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        if asked:
            assert process.stdout.read(LENGTH_BYTES)  # it has started
            process.stdin.write(asked)
            process.stdin.flush()
        process.stdout.close()
        process.stdin.close()
        assert process.stderr.read() == b""


def test_where_no_process_can_be_started_this_one_goes_on_without(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    monkeypatch.setattr(client, "SECONDS_TO_RESTART", 0.0)

    async def test(reading: ReadingClient) -> None:
        for _ in range(3):
            with pytest.raises(NotRunning):
                await reading.read(STARTER, drawing(0))
            while reading._wanted.is_set():
                await asyncio.sleep(0)

    in_event_loop(test)


SERVER = """
import asyncio
from mnist_core.reading.client import NotRunning, ReadingClient
from mnist_core.model.numpy_network import Network
from tests.support.drawings import drawing

async def serve():
    reading = ReadingClient()
    serving = asyncio.create_task(reading.run())
    while reading._process is None:
        try:
            await reading.read(Network.load("starter"), drawing(0))
        except NotRunning:
            await asyncio.sleep(0.02)
    print(reading._process.pid, flush=True)
    await serving

asyncio.run(serve())
"""


def test_the_process_ends_with_a_server_that_is_killed():
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        process = int(server.stdout.readline())
        assert is_there(process)
        server.kill()
    wait_until(lambda: not is_there(process), "the process is gone", SECONDS)
