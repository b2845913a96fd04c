"""Choosing a class of a dataset, or all of them."""

from __future__ import annotations

import streamlit as st

from mnist_core.data import Dataset
from mnist_core.text.escape import clean
from pages.visit import session

ALL = -1
"""Stands for all classes where one can be chosen; for None, the field would say that nothing is chosen."""


def choose_class(dataset: Dataset, name: str, none: str = "") -> int | None:
    """Let people choose a class, or `none` of them; return its number."""
    key = f"{name}_{dataset.sha256[:8]}"  # a field of its own for each dataset, or the browser shows names of another
    choices = [*([ALL] if none else []), *range(len(dataset.class_names))]
    if session.widget(key, None) not in choices:  # nothing is chosen yet, or it was of another dataset
        session.set_widget(key, choices[0])
    chosen = st.selectbox(
        "Class",
        choices,
        format_func=lambda label: none if label == ALL else clean(dataset.class_names[label]),
        key=key,
        persist_state="session",
        width=160,
    )
    return None if chosen == ALL else chosen
