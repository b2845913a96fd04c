"""Lets a run of the script read the keys of the session state while another one of the same visit adds some.

Streamlit stops a run of the script when another one begins, and does not wait for its end. Both work on the same
`SessionState` until the earlier one comes to a point where it can stop, each under a lock of its own. `_keys` iterates
over dictionaries that the other run may change: "dictionary changed size during iteration". Seen in Streamlit 1.67 on
the Train page, when settings were changed quickly one after another.

A lock for both would let a run wait for the callbacks of the other. A list of a dictionary's keys is made without
interruption, so a copy of them is enough.
"""

from __future__ import annotations

from streamlit.runtime.state import SessionState


def copy_keys() -> None:
    """Make all session states of this process iterate over copies of their keys. Side effect: replaces a method."""
    SessionState._keys = _keys_of_copies  # type: ignore[method-assign,assignment]


def _keys_of_copies(state: SessionState) -> set[str]:
    named = [*list(state._old_state), *list(state._new_session_state)]
    return {state._get_widget_id(key) for key in named} | set(state._new_widget_state.keys())
