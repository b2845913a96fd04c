"""Has widgets look up their own value in the session state, instead of all values.

To know whether `None` was put under its key, each number, text and selection field has Streamlit make a dictionary of
the whole state, for which the values of all widgets are read and presented. On the Train page, which has forty fields,
that is an eighth of the time of a run of the script. Seen in Streamlit 1.67.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from streamlit.runtime.state import SafeSessionState

_all_values = SafeSessionState.filtered_state


class _Values(Mapping[str, Any]):
    """The values of a session state by the keys that a script may use, each read when it is asked for."""

    def __init__(self, state: SafeSessionState) -> None:
        self._state = state

    def __getitem__(self, key: str) -> Any:
        with self._state._lock:
            return self._state._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> dict[str, Any]:
        values: dict[str, Any] = _all_values.__get__(self._state)
        return values


def look_up_single_values() -> None:
    """Have all session states of this process do so. Side effect: replaces a property."""
    SafeSessionState.filtered_state = property(_Values)  # type: ignore[method-assign,assignment]
