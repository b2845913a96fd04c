"""The row of a page's views: one of them is shown, and the address says which, as in /inside?view=units."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Generic, NamedTuple, TypeVar

import streamlit as st

from pages.visit import session
from pages.visit.language import _

Shown = TypeVar("Shown")

VIEW = "view"
"""The name in the address of the view that is shown."""
_STYLE = """
@media (max-width: 640px) {{  /* one line: five names fit a phone of 390 pixels, longer ones scroll */
    .st-key-{key} [role=radiogroup] {{ flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; }}
    .st-key-{key} button {{ flex: 1 0 auto; padding: 0 0.5rem; }}
    .st-key-{key} button p {{ font-size: 0.8125rem; }}
}}
"""


class PageView(NamedTuple, Generic[Shown]):
    """A view of a page about a network or a class: its title in the row, and what draws it.

    Only the chosen one is drawn. `address` are the names in the address of choices within it, which go with it.
    """

    title: str
    show: Callable[[Shown], None]
    address: tuple[str, ...] = ()


def choose_view(views: Mapping[str, PageView[Shown]], key: str) -> PageView[Shown]:
    """Let people choose one of a page's views, by their names in the address; the first one is the default.

    `key` is of the page: each page remembers for the visit which of its views was shown last.
    """
    st.html(f"<style>{_STYLE.format(key=key)}</style>")
    name = _choose(VIEW, {name: _(view.title) for name, view in views.items()}, key, _("View"))
    within_others = {it for view in views.values() for it in view.address if it not in views[name].address}
    _put(VIEW, name, next(iter(views)), within_others)
    return views[name]


def choose_within_view(name: str, titles: Mapping[str, str], key: str, label: str) -> str:
    """Let people choose within a view likewise: `titles` by their values of `name` in the address; return the value."""
    chosen = _choose(name, titles, key, label)
    _put(name, chosen, next(iter(titles)))
    return chosen


def _choose(name: str, titles: Mapping[str, str], key: str, label: str) -> str:
    first = next(iter(titles))
    asked = session.view_in_address([name]).get(name, "")
    if asked in titles and asked != session.get(key, None):  # a link was followed
        session.set_widget(key, asked)
    session.init_widget(key, first)
    chosen = st.segmented_control(
        label,
        list(titles),
        required=True,
        format_func=titles.__getitem__,
        key=key,
        persist_state="session",
        label_visibility="collapsed",
    )
    session.put(key, chosen or first)
    return chosen or first


def _put(name: str, chosen: str, first: str, without: Collection[str] = ()) -> None:
    """Put a choice into the address, and take out `without`; no entry in the history for what is shown anyway."""
    if chosen != first or session.view_in_address([name, *without]):
        session.put_view_in_address([name, *without], {name: chosen})
