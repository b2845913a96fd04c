"""Removing drawings of a class, with a button that brings them back, and what was refused. Each place has its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs import Requester
from mnist_core.text.words import counted
from pages.shared import services
from pages.shared.messages import in_words, show_warning
from pages.visit import session
from pages.visit.language import _

WhoAsks = Callable[[], Requester]
"""Says, when something is done, who asks for it. Raises `UserError` if that person may not any more."""


def remove(place: str, numbers: Sequence[int], by: WhoAsks) -> None:
    """Remove drawings, in a callback; `offer_undo` of the same place says what was refused."""
    if _done(place, lambda: services.handwriting().remove(numbers, by())):
        session.put(_removed(place), tuple(numbers))


def offer_undo(place: str, label: str, by: WhoAsks) -> None:
    """Say once what was refused, and offer to bring back what was removed last; nothing otherwise."""
    if problem := session.get(_problem(place), ""):
        show_warning(problem, ":material/error:")
        session.put(_problem(place), "")
    removed: Sequence[int] = session.get(_removed(place), ())
    if removed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_("Deleted: {drawings}.", drawings=_(counted(len(removed), "drawing"))), width="content")
            st.button(label, key=f"{place}_undo", icon=":material/undo:", on_click=_bring_back, args=(place, by))


def _bring_back(place: str, by: WhoAsks) -> None:
    removed: Sequence[int] = session.get(_removed(place), ())
    session.put(_removed(place), ())
    _done(place, lambda: services.handwriting().put_back(removed, by()))


def _done(place: str, change: Callable[[], None]) -> bool:
    """Make a change; if it is refused, keep why."""
    try:
        change()
    except UserError as error:
        session.put(_problem(place), in_words(error))
        return False
    return True


def _removed(place: str) -> str:
    return f"{place}_removed"


def _problem(place: str) -> str:
    return f"{place}_problem"
