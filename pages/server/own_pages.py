"""Whether a request comes from a page of this app, or from somewhere else that a browser was led to."""

from __future__ import annotations

from starlette.datastructures import Headers
from streamlit.web.server.starlette.starlette_websocket import _is_origin_allowed


def is_from_own_page(headers: Headers) -> bool:
    """Tell it by the same rules as Streamlit does for its WebSocket: whoever may open that may ask for more.

    Browsers name the origin of a page in every request of its script that is not a GET (Fetch standard, section 3.2).
    What has none was not sent by a page.
    """
    origin = headers.get("Origin")
    try:
        return bool(origin) and _is_origin_allowed(origin, headers.get("Host"))
    except ValueError:  # no address at all
        return False
