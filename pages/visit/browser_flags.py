"""Flags: what a browser has done once, such as visiting a page. Its cookie keeps them when the server restarts."""

from __future__ import annotations

from pages.visit import session, visit_cache

_FLAGS = "flags"


def flags() -> frozenset[str]:
    """Return all flags of this browser: those in its cookie, and those that its other tabs have set since."""
    of_all_tabs: frozenset[str] = visit_cache.get(_FLAGS, frozenset())
    return session.flags_in_cookie() | of_all_tabs


def set_flag(name: str) -> None:
    """Set a flag; `name` consists of lower-case letters and underscores."""
    if name not in (known := flags()):
        visit_cache.put(_FLAGS, known | {name}, size=sum(map(len, known)) + len(name))


def has_flag(name: str) -> bool:
    """Whether the browser has that flag."""
    return name in flags()
