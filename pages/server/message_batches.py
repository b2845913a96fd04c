"""Has the event loop take the messages of a run of the script some at a time.

Streamlit wakes the event loop for each of the sixty elements of a page, and once more for each when it has them. Every
time two threads take turns, and each waits for the other: on a server where many draw, half the time of a rerun, and
whoever else asks something meanwhile waits as well. The browser gets messages every 10 ms, so that is how long they
may gather here. Where a run begins or ends, the loop is woken at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunnerEvent

SECONDS_TO_GATHER = 0.01

_BATCH = "_batch_of_events"
"""An attribute of a session."""


class _Batch:
    """The events of a session's runs that the loop has not taken, in their order, from whichever threads."""

    def __init__(self) -> None:
        self.events: deque[Callable[[], None]] = deque()
        self.is_gathering = False


def gather_messages() -> None:
    """Have all sessions of this process do so. Side effect: replaces a method."""
    AppSession._on_scriptrunner_event = _on_event  # type: ignore[method-assign,assignment]


def _on_event(session: AppSession, sender: Any, event: ScriptRunnerEvent, *more: Any, **named: Any) -> None:
    """Note an event of a run; called in its thread."""
    batch: _Batch = session.__dict__.setdefault(_BATCH, _Batch())
    handle = session._handle_scriptrunner_event_on_event_loop
    batch.events.append(partial(handle, sender, event, *more, **named))
    if event is not ScriptRunnerEvent.ENQUEUE_FORWARD_MSG:
        session._call_soon_on_event_loop(partial(_take, session, batch))
    elif not batch.is_gathering:
        batch.is_gathering = True
        later = partial(session._event_loop.call_later, SECONDS_TO_GATHER, _take, session, batch)
        session._call_soon_on_event_loop(later)  # type: ignore[arg-type]


def _take(session: AppSession, batch: _Batch) -> None:
    """Handle all events that wait; tell the server once that there is something to send."""
    batch.is_gathering = False  # before the events are taken: one that comes now is either taken or gathers again
    tell, session._message_enqueued_callback = session._message_enqueued_callback, None
    try:
        while batch.events:
            batch.events.popleft()()
    finally:
        session._message_enqueued_callback = tell
        if batch.events:  # one has raised an error, which the loop reports
            session._call_soon_on_event_loop(partial(_take, session, batch))
    if tell is not None:
        tell()
