"""Marks: what a browser has done once, such as visiting a page. Its cookie keeps them, over restarts of the server."""

from __future__ import annotations

from pages.visit import session, visit_cache

_MARKS = "marks"


def marks() -> frozenset[str]:
    """Return all marks of this browser: those of its cookie, and those that its other tabs have set since."""
    of_all_tabs: frozenset[str] = visit_cache.get(_MARKS, frozenset())
    return session.marks_in_cookie() | of_all_tabs


def set_mark(name: str) -> None:
    """Set a mark; `name` has lower-case letters and underscores alone."""
    if name not in (known := marks()):
        visit_cache.put(_MARKS, known | {name}, size=sum(map(len, known)) + len(name))


def has_mark(name: str) -> bool:
    """Whether the browser has that mark."""
    return name in marks()
