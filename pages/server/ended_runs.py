"""Sends the last messages of a run of the script although a run of a fragment is asked for the moment after its end.

A run's messages wait for the event loop, one by one. A request that comes while the last of them wait finds that the
run has ended, and gets a new `ScriptRunner`. From then on Streamlit ignores whatever is of the former one: right if it
was stopped for a new run of the whole page, which draws everything again, but not for a fragment, which draws only
itself. The browser then never hears the rest of the former run, nor that it has ended, and what that would have removed
stays.

Seen in Streamlit 1.67 on a busy machine: after *Clear*, the answer to a digit that was no longer on the canvas.
"""

from __future__ import annotations

from typing import Any

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner, ScriptRunnerEvent

_create, _handle = AppSession._create_scriptrunner, AppSession._handle_scriptrunner_event_on_event_loop
_ENDED = "_ended_scriptrunners"
"""An attribute of a session: those that have ended by themselves, while messages of theirs may wait."""


def hear_ended_runs() -> None:
    """Let all sessions of this process send what ended runs have left. Side effect: replaces two methods."""
    AppSession._create_scriptrunner = _create_after_ended  # type: ignore[method-assign,assignment]
    AppSession._handle_scriptrunner_event_on_event_loop = _handle_of_ended  # type: ignore[method-assign,assignment]


def _create_after_ended(session: AppSession, initial_rerun_data: RerunData) -> None:
    """Create a runner. Where one has been stopped in its favour, Streamlit has let go of that before."""
    ended = session._scriptrunner
    _create(session, initial_rerun_data)
    if ended is None:
        _ended(session).clear()  # all that they have left is drawn again
        return
    _ended(session).add(ended)
    # All its messages wait by now, and the loop takes them in their order.
    session._event_loop.call_soon_threadsafe(_ended(session).discard, ended)


def _handle_of_ended(
    session: AppSession, sender: ScriptRunner | None, event: ScriptRunnerEvent, *more: Any, **named: Any
) -> None:
    """Handle what is left of an ended runner as if it were the current one; but not that it is no longer needed."""
    current = session._scriptrunner
    if sender not in _ended(session) or event is ScriptRunnerEvent.SHUTDOWN:
        _handle(session, sender, event, *more, **named)
        return
    session._scriptrunner = sender
    try:
        _handle(session, sender, event, *more, **named)
    finally:
        session._scriptrunner = current


def _ended(session: AppSession) -> set[ScriptRunner]:
    ended: set[ScriptRunner] = session.__dict__.setdefault(_ENDED, set())
    return ended
