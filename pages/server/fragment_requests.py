"""Which page runs when one of its fragments asks for something: none once the visitor has asked for another page.

Until the first message of the next page arrives, the browser goes on to send what happens on the page that is left: the
last stroke of a drawing, the turn of a timer. Streamlit looks whether the fragment is still there when the message
arrives. It is there until the next page has run to its end, and then the message counts in one of two wrong ways:

- The next page has not begun to run: both requests become one, which runs the page that was left.
- The next page runs: the fragment's turn comes after it. The fragment is no longer there, but the browser is told that
  a run of the page that was left has begun. It clears everything, and nothing comes.

Seen in Streamlit 1.67 in the second way: a stroke, then a press on *Data*, and the Data page stayed empty.

Whatever such a message carries would be dropped with the fragment. What must not be lost is kept in the browser.

A session in which nothing has run yet knows no fragment. It gets such a message from a browser that has reconnected to
a restarted server: the browser asks for no run of the page by itself then. Streamlit would drop the message; here the
whole page runs.
"""

from __future__ import annotations

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession

_request_rerun, _enqueue = AppSession.request_rerun, AppSession._enqueue_forward_msg
_PAGE = "_page_of_last_full_run"
"""An attribute of a session: the hash of the page that was asked for last, or that has begun to run since."""


def check_fragment_requests() -> None:
    """Have all sessions of this process do so. Side effect: replaces two methods."""
    AppSession.request_rerun = _request_rerun_of_page  # type: ignore[method-assign,assignment]
    AppSession._enqueue_forward_msg = _enqueue_noting_page  # type: ignore[method-assign,assignment]


def _request_rerun_of_page(session: AppSession, client_state: ClientState | None) -> None:
    if client_state is not None:
        page = getattr(session, _PAGE, None)
        if page is None:
            client_state.ClearField("fragment_id")
        if not client_state.fragment_id:
            setattr(session, _PAGE, client_state.page_script_hash)
        elif page not in {"", client_state.page_script_hash}:
            return
    _request_rerun(session, client_state)


def _enqueue_noting_page(session: AppSession, message: ForwardMsg) -> None:
    """Note the page that the browser is told: another one than asked for on a first visit and after `switch_page`."""
    kind = message.WhichOneof("type")
    if kind == "new_session":
        setattr(session, _PAGE, message.new_session.page_script_hash)
    elif kind == "navigation":
        setattr(session, _PAGE, message.navigation.page_script_hash)
    _enqueue(session, message)
