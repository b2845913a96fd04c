"""What a browser's visits have in common: small things that have to outlast a reload, kept in the server's memory.

`session` forgets with the tab. This forgets the browsers that were here longest ago, and everything with the server.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

import streamlit as st

from pages.visit import session

MAX_ENTRIES = 300
MAX_BYTES = 300_000
"""Of each thing: at most 90 MB in all. A drawing with its history has some 20,000: a workshop's take less than 1 MB."""


class VisitCache:
    """Things by browser and name; safe to use from many visits at once."""

    def __init__(self) -> None:
        self._entries: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, browser: str, name: str, thing: Any) -> None:
        """Keep a thing in place of what had that name; the longest untouched one may go."""
        with self._lock:
            self._entries[browser, name] = thing
            self._entries.move_to_end((browser, name))
            while len(self._entries) > MAX_ENTRIES:
                self._entries.popitem(last=False)

    def get(self, browser: str, name: str, default: Any) -> Any:
        """Return what was kept, or `default`."""
        with self._lock:
            return self._entries.get((browser, name), default)


def put(name: str, thing: Any, size: int) -> None:
    """Keep a thing of `size` bytes, which nobody changes any more, for this browser; nothing above `MAX_BYTES`."""
    if session.owner() and size <= MAX_BYTES:
        visit_cache().put(session.owner(), name, thing)


def get(name: str, default: Any) -> Any:
    """Return what this browser's visits kept last under that name, or `default`."""
    return visit_cache().get(session.owner(), name, default)


@st.cache_resource(show_spinner=False)
def visit_cache() -> VisitCache:
    """Return what all browsers have kept."""
    return VisitCache()
