"""Components with words in their HTML: Streamlit knows one HTML for a name, so each language has a name of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from mnist_core.text.translation import ENGLISH
from pages.visit.language import current_language


def translated_component(name: str, html: Callable[[], str], *, css: str, js: str) -> Callable[[], Any]:
    """Return a function that returns the component in the language of the visit. `html` is called once for each."""

    @cache
    def component(language: str) -> Any:
        own_name = name if language == ENGLISH else f"{name}_{language}"
        return st.components.v2.component(own_name, html=html(), css=css, js=js)

    return lambda: component(current_language())
