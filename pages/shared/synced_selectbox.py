"""A select box whose value is also kept elsewhere, such as in the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import streamlit as st

from pages.visit import session

Option = TypeVar("Option")


def synced_selectbox(label: str, options: Sequence[Option], remembered: Option, key: str, **layout: Any) -> Option:
    """Draw a select box whose value is also kept elsewhere, in the address or for other pages, as `remembered`.

    For Streamlit, a select box with another `index` is another box, and it drops a click on the one before. So this one
    has a `key`, and takes the value of `remembered` only when something other than the box has changed that.
    """
    picked_last = f"{key}_picked"
    picked = session.widget(key, None)
    if picked not in options or session.get(picked_last, None) != remembered:
        picked = remembered
    session.set_widget(key, picked)
    picked = st.selectbox(label, options, key=key, **layout)
    session.put(picked_last, picked)
    return picked
