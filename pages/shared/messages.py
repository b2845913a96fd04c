"""Errors, warnings and information as boxes on a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.text.escape import sentence_for_markdown
from mnist_core.text.sentence import sentence_of
from pages.visit.language import _


@contextmanager
def user_errors() -> Iterator[None]:
    """Show a `UserError` as a box and end the page there, in place of a traceback."""
    try:
        yield
    except UserError as error:
        show_error(error)
        st.stop()


def show_error(text: str | UserError, icon: str = ":material/error:") -> None:
    """Show a sentence as an error: a `UserError`, or words from the store. They may quote what somebody typed."""
    st.error(sentence_for_markdown(in_words(text)), icon=icon)


def show_warning(text: str | UserError, icon: str) -> None:
    """Show a sentence as a warning, which likewise may quote what somebody typed."""
    st.warning(sentence_for_markdown(in_words(text)), icon=icon)


def show_info(text: str | UserError, icon: str) -> None:
    """Show a sentence as information, which likewise may quote what somebody typed."""
    st.info(sentence_for_markdown(in_words(text)), icon=icon)


def in_words(error: str | UserError) -> str:
    """Return what an error says, in the visit's language; of a text from the store, what it says there."""
    return _(sentence_of(error) if isinstance(error, UserError) else error)
