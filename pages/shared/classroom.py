"""The class that is open, who this browser is in it, and whether it may do what its instructor does.

On pages: `me` and `is_instructor`; in a route: `student_of` and `instructs`, which ask the request's own cookies.
"""

from __future__ import annotations

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
    last = latest()
    return last if last and last.is_open else None


def latest() -> Classroom | None:
    """Return the class that was opened last, likewise, whether it is over or not; None if it is deleted.

    If a class is open, it is this one: while it is, no other can be opened.
    """
    return _latest(services.store().url, period(_FRESH_SECONDS))


@st.cache_resource(max_entries=2, show_spinner=False)
def _latest(url: str, period: int) -> Classroom | None:
    return classes().latest()


def require_open() -> Classroom:
    """Return the class that is open at this moment, for who is about to change it. Raises `ClassError` if none is."""
    found = classes().current()
    if found is None:
        raise ClassError("No class is open.")
    return found


def forget() -> None:
    """Let all visits read the open class again. Call it after every change of a class."""
    _latest.clear()


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
