"""What a browser and the server say to each other, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from scripts.running_app import RunningApp


@contextmanager
def connected(server: RunningApp) -> Iterator[ClientConnection]:
    """Connect to the server as a page does; the end of the `with` is a visitor who leaves at once."""
    address, origin = f"ws://127.0.0.1:{server.port}/_stcore/stream", Origin(f"http://127.0.0.1:{server.port}")
    options: dict[str, Any] = {"max_size": None, "max_queue": None, "ping_interval": None, "close_timeout": 0.2}
    with connect(address, origin=origin, **options) as socket:
        yield socket


def heard(socket: ClientConnection) -> Iterator[ForwardMsg]:
    """Yield what the server says, message by message, waiting for each of them."""
    while True:
        yield ForwardMsg.FromString(socket.recv(timeout=20))
