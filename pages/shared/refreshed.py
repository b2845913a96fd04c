"""Parts of a page that are drawn again by themselves, while something that they show may change."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

Arguments = ParamSpec("Arguments")

KEY = "refreshed_"
"""How the keys of the containers of such parts begin. The frame of the page has a rule of style for them."""


def refreshed(show: Callable[Arguments, None], seconds: float | None, key: str) -> Callable[Arguments, None]:
    """Return a function that draws a part of the page, now and then every so many seconds; only now if None.

    What the last refresh drew stays as it looks while the server is at the next one. Streamlit would let it pale
    after half a second, so that pages of a busy server flickered. `key` is the part's own, on all pages.
    """

    def draw(*arguments: Arguments.args, **named: Arguments.kwargs) -> None:
        with st.container(key=f"{KEY}{key}" if seconds else None):
            st.fragment(show, run_every=seconds)(*arguments, **named)

    return draw
