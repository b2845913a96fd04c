"""A widget reads its own value in the session state and no other, and finds what Streamlit finds."""

from __future__ import annotations

import pytest
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest

from pages.server.session_state_lookup import look_up_single_values


@pytest.fixture
def state() -> SafeSessionState:
    """A value of the script's own, one from an earlier run, a widget with a key, and one without."""
    state = SessionState()
    state["old"] = 1
    state.on_script_will_rerun(None)
    state["none"] = None
    for widget_id, key in (("$$ID-aa-widget", "widget"), ("$$ID-bb-None", None)):
        state._new_widget_state.set_from_value(widget_id, 4)
        if key:
            state._set_key_widget_mapping(widget_id, key)
    return SafeSessionState(state, lambda: None)


@pytest.fixture
def looked_up(monkeypatch) -> None:
    monkeypatch.setattr(SafeSessionState, "filtered_state", SafeSessionState.filtered_state)  # is put back afterwards
    look_up_single_values()


def test_the_values_are_those_that_streamlit_finds(state, looked_up):
    values = state.filtered_state

    assert dict(values) == {"old": 1, "none": None, "widget": 4}
    assert len(values) == 3
    assert str(values) == str(dict(values))
    assert "other" not in values
    assert values["none"] is None


def test_no_other_value_is_read(state, looked_up, monkeypatch):
    read, find = list[str](), SessionState.__getitem__

    def noted(self: SessionState, key: str) -> object:
        read.append(key)
        return find(self, key)

    monkeypatch.setattr(SessionState, "__getitem__", noted)
    values = state.filtered_state

    assert "widget" in values
    assert values["widget"] == 4
    assert set(read) == {"widget"}


SCRIPT = """
import streamlit as st

for key, value in (("empty", None), ("number", 7)):
    st.session_state.setdefault(key, value)
    st.number_input(key, key=key, value=5)
st.selectbox("choice", ["a", "b"], key="choice")
st.session_state.setdefault("text", None)
st.text_input("text", key="text", value="some")
"""


def test_fields_take_what_a_script_has_put_under_their_keys(looked_up):
    page = AppTest.from_string(SCRIPT).run()

    assert not page.exception
    assert [field.value for field in page.number_input] == [None, 7]
    assert page.selectbox[0].value == "a"
    assert page.text_input[0].value is None
