"""The browser hears all of a run of the script, even if a fragment is to run the moment after its end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from pages.server.ended_runs import hear_ended_runs

SCRIPT = """
import streamlit as st

@st.fragment
def clock():
    st.text("of the clock")

clock()
st.text("the last line")
"""


@pytest.fixture
def script(tmp_path, monkeypatch) -> Path:
    for name in ("_create_scriptrunner", "_handle_scriptrunner_event_on_event_loop"):
        monkeypatch.setattr(AppSession, name, getattr(AppSession, name))  # is put back after the test
    monkeypatch.setattr(Runtime, "_instance", MagicMock())
    hear_ended_runs()
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


async def run_whole_then_fragment(script: Path) -> list[ForwardMsg]:
    """Run the script, and its fragment before the loop has taken any message; return what the browser gets."""
    session = AppSession(ScriptData(str(script)), MagicMock(), ScriptCache(), None, {})
    session.track_settling()
    session.request_rerun(ClientState())
    first = session._scriptrunner
    assert first is not None
    assert first._script_thread is not None
    first._script_thread.join()
    storage = session._fragment_storage
    assert isinstance(storage, MemoryFragmentStorage)
    (fragment,) = storage._fragments
    session.request_rerun(ClientState(fragment_id=fragment))
    assert session._scriptrunner is not first
    async with asyncio.timeout(30):
        while session._scriptrunner is not None:
            await asyncio.sleep(0.01)
    return session.flush_browser_queue()


def test_a_fragment_that_runs_at_the_end_of_another_run_does_not_cut_it_off(script):
    messages = asyncio.run(run_whole_then_fragment(script))
    texts = [it.delta.new_element.text.body for it in messages if it.delta.new_element.HasField("text")]
    assert "the last line" in texts
    assert [it.script_finished for it in messages if it.HasField("script_finished")] == [
        ForwardMsg.FINISHED_SUCCESSFULLY,
        ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
    ]
