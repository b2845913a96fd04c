"""The visit cache: small values of a browser that survive a reload, in the server's memory.

`session` ends with the tab; this ends with the server. The entry that was written longest ago is dropped first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

import streamlit as st

from pages.visit import session

MAX_ENTRIES = 300
MAX_BYTES = 300_000
"""Of one entry, so 90 MB for all. A drawing with its history has some 20,000, those of a workshop less than 1 MB."""


class VisitCache:
    """Values by browser and name; thread-safe."""

    def __init__(self) -> None:
        self._entries: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, browser: str, name: str, thing: Any) -> None:
        """Store a value under a name; drops the oldest entry if there are more than `MAX_ENTRIES`."""
        with self._lock:
            self._entries[browser, name] = thing
            self._entries.move_to_end((browser, name))
            while len(self._entries) > MAX_ENTRIES:
                self._entries.popitem(last=False)

    def get(self, browser: str, name: str, default: Any) -> Any:
        """Return the stored value, or `default`."""
        with self._lock:
            return self._entries.get((browser, name), default)


def put(name: str, thing: Any, size: int) -> None:
    """Store an immutable value of `size` bytes for this browser; larger ones than `MAX_BYTES` are not stored."""
    if session.owner() and size <= MAX_BYTES:
        visit_cache().put(session.owner(), name, thing)


def get(name: str, default: Any) -> Any:
    """Return the value that this browser stored last under that name, or `default`."""
    return visit_cache().get(session.owner(), name, default)


@st.cache_resource(show_spinner=False)
def visit_cache() -> VisitCache:
    """Return the cache that all visits share."""
    return VisitCache()
