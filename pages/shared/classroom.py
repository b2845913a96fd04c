"""The class that is open, who this browser is in it, and whether it may do what its instructor does.

On pages: `mine`, `me` and `is_instructor`; in a route: `class_of`, `student_of` and `instructs`, which ask the
request's own cookies.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import streamlit as st
from starlette.requests import Request

from mnist_core.errors import UserError
from mnist_core.runs import ClassError, Classroom, ClassStore, Instructors, Student
from mnist_core.text.escape import clean
from pages.server import pin
from pages.server.local_visitor import is_at_server_by_http
from pages.shared import services
from pages.shared.periods import period
from pages.visit import session
from pages.visit.language import _

_FRESH_SECONDS = 1.0


def classes() -> ClassStore:
    """Return the classes of the run store."""
    return ClassStore(services.store())


def current() -> Classroom | None:
    """Return the class that is open, as it was at most a second ago; None if there is none. `forget` after changes."""
    return next((it for it in _all() if it.is_open), None)


def mine() -> Classroom | None:
    """Return the class whose data concern this visit, as it was at most a second ago; None if there is none.

    Networks are tested on its drawings until it is deleted, also when it is over and another is open.

    It is the open one if the visit is of a student in it, or of its instructor; otherwise the newest that is over and
    that the visit was a student of. For an instructor who was in none, it is the newest of all.
    """
    return _class_of(session.owner(), is_instructor)


def class_of(request: Request) -> Classroom | None:
    """Return the same for the browser of a request."""
    return _class_of(session.browser_in(request.cookies), lambda: instructs(request))


def _class_of(owner: str, is_instructor: Callable[[], bool]) -> Classroom | None:
    if not (known := _all()):
        return None
    # If a class is open, it is the newest: while it is, no other can be opened.
    newest, joined = known[0], classes().joined_by(owner) if owner else frozenset[int]()
    its_class = next((it for it in known if it.id in joined), None)
    another_is_open = newest.is_open and its_class != newest
    return newest if (its_class is None or another_is_open) and is_instructor() else its_class


def _all() -> list[Classroom]:
    """Return all classes, the newest first, as they were at most a second ago."""
    return _read_all(services.store().url, period(_FRESH_SECONDS))


@st.cache_resource(max_entries=2, show_spinner=False)
def _read_all(url: str, period: int) -> list[Classroom]:
    return classes().all()


def require_open() -> Classroom:
    """Return the class that is open at this moment, for who is about to change it. Raises `ClassError` if none is."""
    found = classes().current()
    if found is None:
        raise ClassError("No class is open.")
    return found


def forget() -> None:
    """Let all visits read the classes again. Call it after every change of a class."""
    _read_all.clear()


def is_open() -> bool:
    """Whether a class is open; not if the store cannot be read, which the page then says."""
    with suppress(UserError):
        return current() is not None
    return False


def title_of(open_class: Classroom) -> str:
    """Return the name of a class, or "Class KMRT", as plain text in the language of the visit."""
    return clean(open_class.name) or _("Class {code}", code=open_class.code)


def me() -> Student | None:
    """Return who this browser is in the open class; None if it is not in it, or none is open."""
    return _student(current(), session.owner())


def me_in(its_class: Classroom) -> Student | None:
    """Return who this browser is in a class, open or over; None if it is not in it."""
    return _student(its_class, session.owner())


def is_student() -> bool:
    """Whether this browser is in the open class; not if the store cannot be read, which the page then says."""
    with suppress(UserError):
        return me() is not None
    return False


def is_instructor() -> bool:
    """Whether this visit may do what an instructor does: it has given the PIN, or is at the server's own machine.

    Ask again when an action is done: the page may have been drawn while this was so.
    """
    return session.at_server() or has_given_pin()


def has_given_pin() -> bool:
    """Whether this browser has given the PIN that is valid now."""
    return _gave_pin(session.owner())


def student_of(request: Request, its_class: Classroom | None) -> Student | None:
    """Return who the browser of a request is in a class; None likewise, or without a class."""
    return _student(its_class, session.browser_in(request.cookies))


def instructs(request: Request) -> bool:
    """Whether the browser of a request may do what an instructor does."""
    address = request.client.host if request.client else None
    return is_at_server_by_http(address, request.headers) or _gave_pin(session.browser_in(request.cookies))


def _student(its_class: Classroom | None, owner: str) -> Student | None:
    return classes().student(its_class.id, owner) if its_class and owner else None


def _gave_pin(owner: str) -> bool:
    return Instructors(services.store()).includes(owner, pin.valid_hash())
