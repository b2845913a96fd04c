"""Choosing between the training set and the test set."""

from __future__ import annotations

import streamlit as st

from pages.visit import session

SETS = {"train": "Training set", "test": "Test set"}


def choose_split() -> str:
    """Let people choose the training or the test set, and say what each is for."""
    session.init_widget("data_split", "train")
    split = st.segmented_control(
        "Show the",
        list(SETS),
        required=True,
        format_func=lambda name: SETS[name],
        key="data_split",
        persist_state="session",
    )
    st.write(
        "The network learns from the **training set**. The **test set** is kept apart and only used to check the "
        "network: doing well on images that it has never seen is called **generalisation**, and it is what counts. A "
        "network that gets better on its training images but not on new ones is **overfitting**: it memorises them."
    )
    return split or "train"
