"""What is chosen on the Runs page: kept for the visit, in its widgets, and in the address, so that a link shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from mnist_core.ledger import ADDRESS, Choice
from mnist_core.ledger.choice import owner_tag
from pages.shared import session

_KEPT, _WRITTEN = "ledger_choice", "ledger_address"
_BY_WIDGET = ("filter", "columns", "sort", "seeds", "plot", "against", "measure", "over", "smooth", "log")
WHOSE_KEY = "whose_runs"


def read_address() -> None:
    """Take over what the address asks for, once; name what in it makes no sense. Before any widget is drawn."""
    asked = session.choice_in_address(ADDRESS)
    if not asked or asked == session.get(_WRITTEN, None):
        return
    choice, problems = Choice.from_query(asked)
    session.put(_KEPT, choice)
    session.put(_WRITTEN, asked)
    session.put("ledger_guest", choice.of)
    session.forget_widgets(WHOSE_KEY, *(key(name) for name in _BY_WIDGET))
    if problems:
        st.warning(f"{' '.join(problems)} The rest of the link is shown.", icon=":material/link_off:")


def key(name: str) -> str:
    """Return the key of the widget that is about this part of the choice."""
    return f"ledger_{name}"


def current() -> Choice:
    """Return what is chosen; at first, this browser's own runs."""
    choice: Choice = session.get(_KEPT, Choice())
    return choice if choice.of else replace(choice, of=owner_tag(session.owner()))


def change(**parts: Any) -> Choice:
    """Change parts of the choice, here and in the address; return all of it."""
    choice = replace(current(), **parts)
    session.put(_KEPT, choice)
    chosen = choice.to_query()
    session.put(_WRITTEN, chosen)
    session.put_choice_in_address(ADDRESS, chosen)
    return choice


def start(name: str) -> str:
    """Let the widget of this part begin with what is chosen; return its key."""
    value = getattr(current(), name)
    session.start_widget(key(name), list(value) if isinstance(value, tuple) else value)
    return key(name)


def mine() -> bool:
    """Whether this browser's own runs are chosen."""
    return current().of == owner_tag(session.owner())
