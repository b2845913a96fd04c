"""Scrolls a part of the page into view when an action of a person changes something out of sight."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components.javascript import joined_javascript

_component = st.components.v2.component(
    "digits_into_view", js=joined_javascript(Path(__file__).with_name("into_view.js"))
)


def bring_into_view(container: str, times: int) -> None:
    """Scroll the container with that key into view, no further than needed, each time that `times` has changed.

    Call it after the container is drawn. The first call on a page scrolls nothing.
    """
    _component(key=f"{container}_into_view", data={"container": container, "times": times}, height=0)
