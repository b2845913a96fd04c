"""Which hidden layer a view of Inside shows."""

from __future__ import annotations

import streamlit as st

from pages.visit import session


def choose_layer(hidden: int, key: str) -> int:
    """Let people choose one of the hidden layers, at first the last one; return its index. `key` is the widget's."""
    if hidden == 1:
        return 0
    if session.widget(key, 0) not in range(1, hidden + 1):
        session.set_widget(key, hidden)
    chosen = st.segmented_control("Hidden layer", range(1, hidden + 1), required=True, key=key)
    return (chosen or hidden) - 1
