"""Has what the server sends leave at once, also where it is short.

TCP keeps a short packet back until the one before it has been confirmed (Nagle's algorithm), and who receives confirms
after 40 ms or more. uvicorn sends the head and the body of an answer one after the other, so that each live answer
comes 40 ms late. asyncio turns this off, but only for sockets that say that they are of TCP, and those that Streamlit
listens with say nothing.
"""

from __future__ import annotations

import socket
from asyncio import base_events


def send_at_once() -> None:
    """Have all TCP connections of this process do so from now on. Side effect: replaces a function of asyncio."""
    base_events._set_nodelay = _set_nodelay  # type: ignore[attr-defined]


def _set_nodelay(sock: socket.socket) -> None:
    if sock.family in {socket.AF_INET, socket.AF_INET6} and sock.type == socket.SOCK_STREAM:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
