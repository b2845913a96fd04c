"""The event loop takes the messages of a run some at a time: all of them, in their order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner import ScriptRunnerEvent
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from pages.server.ended_runs import hear_ended_runs
from pages.server.message_batches import gather_messages

LINES = 50
SCRIPT = f"""
import streamlit as st

for number in range({LINES}):
    st.text(number)
"""


@pytest.fixture
def script(tmp_path, monkeypatch) -> Path:
    replaced = ("_create_scriptrunner", "_handle_scriptrunner_event_on_event_loop", "_on_scriptrunner_event")
    for name in replaced:
        monkeypatch.setattr(AppSession, name, getattr(AppSession, name))  # is put back after the test
    monkeypatch.setattr(Runtime, "_instance", MagicMock())
    hear_ended_runs()
    gather_messages()
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def new_session(script: Path, tell: Callable[[], None]) -> AppSession:
    session = AppSession(ScriptData(str(script)), MagicMock(), ScriptCache(), tell, {})
    session.track_settling()
    return session


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


def texts(messages: list[ForwardMsg]) -> list[str]:
    return [it.delta.new_element.text.body for it in messages if it.HasField("delta")]


def test_a_run_arrives_whole_and_in_order_with_few_turns_of_the_loop(script):
    async def run() -> tuple[list[ForwardMsg], int]:
        told = MagicMock()
        session = new_session(script, told)
        session.request_rerun(ClientState())
        runner = session._scriptrunner
        assert runner is not None
        assert runner._script_thread is not None
        runner._script_thread.join()  # the loop stands still meanwhile, so that all messages wait
        await until(lambda: session._scriptrunner is None)
        return session.flush_browser_queue(), told.call_count

    messages, told = asyncio.run(run())

    assert texts(messages) == [str(number) for number in range(LINES)]
    kinds = [message.WhichOneof("type") for message in messages if not message.HasField("session_status_changed")]
    assert kinds == ["new_session", *LINES * ["delta"], "script_finished"]
    assert told < LINES / 5


def test_a_message_arrives_although_the_run_goes_on(script):
    async def run() -> list[str]:
        session = new_session(script, MagicMock())
        message = ForwardMsg()
        message.delta.new_element.text.body = "so far"
        session._on_scriptrunner_event(None, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, message)
        await until(lambda: not session._browser_queue.is_empty())
        return texts(session.flush_browser_queue())

    assert asyncio.run(run()) == ["so far"]


def test_what_follows_an_error_arrives(script, monkeypatch):
    handle = AppSession._handle_scriptrunner_event_on_event_loop

    def fail_once(session: AppSession, sender: None, event: ScriptRunnerEvent, message: ForwardMsg) -> None:
        if message.delta.new_element.text.body == "bad":
            raise ValueError
        handle(session, sender, event, message)

    monkeypatch.setattr(AppSession, "_handle_scriptrunner_event_on_event_loop", fail_once)

    async def run() -> list[str]:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        session = new_session(script, MagicMock())
        for text in ("bad", "good"):
            message = ForwardMsg()
            message.delta.new_element.text.body = text
            session._on_scriptrunner_event(None, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, message)
        await until(lambda: not session._browser_queue.is_empty())
        return texts(session.flush_browser_queue())

    assert asyncio.run(run()) == ["good"]
