"""The script runs for one visit after the other, in the order in which they ask; a long run holds up nobody."""

from __future__ import annotations

import asyncio
import importlib
import sys
import time
from collections.abc import Callable
from functools import partial
from threading import Barrier, Event, Thread
from unittest.mock import MagicMock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from pages.server import script_queue
from pages.server.script_queue import Turns, run_in_turn
from scripts.running_app import wait_until

SECONDS = 30.0
NEVER = 1000.0


def started(work: Callable[[], None]) -> Thread:
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def ended(thread: Thread) -> bool:
    thread.join(SECONDS)
    return not thread.is_alive()


def test_turns_are_taken_one_after_the_other_in_their_order():
    turns, said = Turns(longest=NEVER), list[str]()

    def work(name: str) -> None:
        with turns.turn():
            said.append(f"{name} begins")
            time.sleep(0)  # lets other threads compute
            said.append(f"{name} ends")

    with turns.turn():
        threads = []
        for place, name in enumerate("abcdef", 1):
            threads.append(started(partial(work, name)))
            wait_until(lambda: len(turns._waiting) == place, "it waits")  # noqa: B023 - is called at once
        said.append("first ends")

    assert all(ended(thread) for thread in threads)
    assert said == ["first ends", *(f"{name} {does}" for name in "abcdef" for does in ("begins", "ends"))]


def test_whoever_comes_while_nobody_has_the_turn_need_not_wait():
    turns = Turns(longest=NEVER)

    for _ in range(3):
        with turns.turn():
            pass


def test_long_turns_hold_up_nobody_for_ever():
    turns, all_have_begun = Turns(longest=0.02), Barrier(5)

    def work() -> None:
        with turns.turn():
            all_have_begun.wait(SECONDS)

    with turns.turn():
        threads = [started(work) for _ in range(all_have_begun.parties)]
        wait_until(lambda: len(turns._waiting) > 1, "some wait")

    assert all(ended(thread) for thread in threads)
    assert not all_have_begun.broken


def test_the_end_of_a_long_turn_is_not_the_end_of_the_next():
    turns, has_begun, may_end, said = Turns(longest=0.05), Event(), Event(), list[str]()

    def first() -> None:
        with turns.turn():
            has_begun.set()
            may_end.wait(SECONDS)

    def third() -> None:
        with turns.turn():
            said.append("third begins")

    long = started(first)
    assert has_begun.wait(SECONDS)
    with turns.turn():
        turns._longest = NEVER
        may_end.set()
        assert ended(long)
        waiting = started(third)
        wait_until(lambda: len(turns._waiting) == 1, "it waits")
        said.append("second ends")

    assert ended(waiting)
    assert said == ["second ends", "third begins"]


def test_an_error_ends_a_turn():
    turns = Turns(longest=NEVER)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError

    with turns.turn():
        pass


SCRIPT = """
from threading import BrokenBarrierError

from meeting import barrier, seen

try:
    barrier.wait(0.3)
    seen.append("together")
except BrokenBarrierError:
    barrier.reset()
    seen.append("alone")
"""


@pytest.mark.parametrize(("longest", "expected"), [(NEVER, "alone"), (0.001, "together")])
def test_the_scripts_of_two_visits_run_in_turn(longest, expected, tmp_path, monkeypatch):
    monkeypatch.setattr(ScriptRunner, "_run_script", ScriptRunner._run_script)  # is put back after the test
    monkeypatch.setattr(script_queue, "LONGEST_TURN", longest)
    monkeypatch.setattr(Runtime, "_instance", MagicMock())
    (tmp_path / "meeting.py").write_text("from threading import Barrier\nbarrier, seen = Barrier(2), []\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "meeting", raising=False)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    run_in_turn()

    async def run() -> None:
        sessions = [AppSession(ScriptData(str(script)), MagicMock(), ScriptCache(), MagicMock(), {}) for _ in range(2)]
        for session in sessions:
            session.track_settling()
            session.request_rerun(ClientState())
        async with asyncio.timeout(SECONDS):
            while any(session._scriptrunner is not None for session in sessions):
                await asyncio.sleep(0.01)

    asyncio.run(run())

    assert importlib.import_module("meeting").seen == [expected, expected]
