"""A line about a run in training: it says that a newer network than the one on the page is there, to be shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from pages.components.javascript import joined_javascript

_CSS = """
p { display: flex; align-items: baseline; flex-wrap: wrap; gap: 0 0.5rem; margin: 0; min-height: 1.75rem;
    font-size: 0.875rem; color: var(--st-gray-text-color, var(--st-gray-color)); }
button { padding: 0.1rem 0.25rem; border: 0; background: none; font: inherit; text-decoration: underline;
    color: var(--st-link-color, var(--st-primary-color)); cursor: pointer; }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
@media (pointer: coarse) { button { min-height: 2.75rem; } }
"""

_component = st.components.v2.component(
    "digits_newer_network",
    html='<p><span role="status"></span><button type="button" hidden></button></p>',
    css=_CSS,
    js=joined_javascript(Path(__file__).with_name("newer_network.js")),
)


def newer_network(address: str, *, key: str) -> bool:
    """Show what is at an address relative to the app's own, see newer_network.js; return whether it was just asked for.

    A press of its button reruns the page.
    """
    result: Any = _component(key=key, data={"address": address}, on_asked_change=lambda: None)
    return bool(result.asked)
