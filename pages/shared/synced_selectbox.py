"""A select box whose value is also kept elsewhere, such as in the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import streamlit as st

from pages.visit import session

Option = TypeVar("Option")


def synced_selectbox(label: str, options: Sequence[Option], remembered: Option, key: str, **layout: Any) -> Option:
    """Draw a select box whose value is also kept elsewhere, in the address or for other pages, as `remembered`.

    A select box with another start in each rerun is a new one to Streamlit, which drops the click on the old one.
    This one has a `key`, and follows `remembered` only when that was changed by something else than the box itself.
    """
    picked_last = f"{key}_picked"
    picked = session.widget(key, None)
    if picked not in options or session.get(picked_last, None) != remembered:
        picked = remembered
    session.set_widget(key, picked)
    picked = st.selectbox(label, options, key=key, **layout)
    session.put(picked_last, picked)
    return picked
