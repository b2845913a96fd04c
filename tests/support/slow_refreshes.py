"""Refreshes of a page that the server takes long for, and how pale the page becomes meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from scripts.running_app import wait_until

_PALEST = """async (milliseconds) => {
  const end = performance.now() + milliseconds;
  const opacities = [];
  while (performance.now() < end) {
    await new Promise(requestAnimationFrame);
    const waiting = [...document.querySelectorAll("[data-stale=true]")].filter((it) => it.checkVisibility());
    opacities.push(...waiting.map((it) => Number(getComputedStyle(it).opacity)));
  }
  return Math.min(...opacities);
}"""


class SlowRefreshes:
    """Lets a page hear the beginning of a refresh long before the rest. To be made before the page is opened."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._armed = False
        self._held: list[str | bytes] | None = None  # while messages reach the page as they come
        page.route_web_socket(re.compile("_stcore/stream"), self._connect)

    @contextmanager
    def refresh(self) -> Iterator[None]:
        """Wait until the page has heard of the first element of a refresh; the others come when the `with` ends."""
        self._armed = True
        pale = self._page.locator("[data-stale=true]")
        wait_until(lambda: pale.count() and self._held is not None, "a refresh has begun")
        yield
        while self._held:  # others may come meanwhile
            self._socket.send(self._held.pop(0))
        self._held = None

    def _connect(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(self._hear)

    def _hear(self, message: str | bytes) -> None:
        if self._held is not None:
            self._held.append(message)
            return
        self._socket.send(message)
        kind = ForwardMsg.FromString(message).WhichOneof("type") if isinstance(message, bytes) else None
        if self._armed and kind == "delta":
            self._armed, self._held = False, []


def palest(page: Page, milliseconds: int = 1200) -> float:
    """Look for a while at what waits to be drawn again; return its lowest opacity, infinite if nothing waits."""
    opacity: float = page.evaluate(_PALEST, milliseconds)
    return opacity
