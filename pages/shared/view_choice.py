"""The row of a page's views: one of them is shown, and the address says which, as in /inside?view=units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

    Only the chosen one is drawn.
    """

    title: str
    show: Callable[[Shown], None]


def choose_view(views: Mapping[str, PageView[Shown]], key: str) -> PageView[Shown]:
    """Let people choose one of a page's views, by their names in the address; the first one is the default.

    `key` is of the page: each page remembers for the visit which of its views was shown last.
    """
    first = next(iter(views))
    asked = session.view_in_address([VIEW]).get(VIEW, "")
    if asked in views and asked != session.get(key, None):  # a link was followed
        session.set_widget(key, asked)
    session.init_widget(key, first)
    st.html(f"<style>{_STYLE.format(key=key)}</style>")
    titles = {name: _(view.title) for name, view in views.items()}
    chosen = st.segmented_control(
        _("View"),
        list(views),
        required=True,
        format_func=titles.__getitem__,
        key=key,
        persist_state="session",
        label_visibility="collapsed",
    )
    name = chosen or first
    session.put(key, name)
    if asked or name != first:  # no entry in the browser's history for what is shown anyway
        session.put_view_in_address([VIEW], {VIEW: name})
    return views[name]
