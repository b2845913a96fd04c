"""The keys of a session state can be read while another run of the script adds some."""

import pytest
from streamlit.runtime.state import SessionState

from pages.server.session_state_keys import copy_keys


@pytest.fixture(autouse=True)
def copied_keys(monkeypatch):
    monkeypatch.setattr(SessionState, "_keys", SessionState._keys)  # is put back after the test
    copy_keys()


@pytest.fixture
def state(monkeypatch) -> SessionState:
    """A session state to which another run adds a key whenever the name of a widget is looked up."""
    state = SessionState()
    state["first"], state["second"] = 1, 2
    state.on_script_will_rerun(None)  # what was new is old now
    state["third"] = 3
    state._new_widget_state.set_from_value("$$ID-of-fourth", 4)
    state._set_key_widget_mapping("$$ID-of-second", "second")
    find, added = SessionState._get_widget_id, iter(range(100))

    def find_and_add(self: SessionState, key: str) -> str:
        self._old_state[f"other_{next(added)}"] = self._new_session_state[f"another_{next(added)}"] = 0
        return find(self, key)

    monkeypatch.setattr(SessionState, "_get_widget_id", find_and_add)
    return state


def test_the_keys_are_those_from_before_another_run_adds_some(state):
    """Of widgets it is the ids: `second` is the key of one."""
    assert state._keys() == {"first", "$$ID-of-second", "third", "$$ID-of-fourth"}
