"""What the instructor's last action said, on the view where it was pressed."""

from __future__ import annotations

import streamlit as st

from mnist_core.text.escape import sentence_for_markdown
from pages.classroom.instructor.actions import said
from pages.shared.messages import show_error


def show_said() -> None:
    """Say once what was done, or why it was not."""
    words, done = said()
    if words and done:
        st.toast(sentence_for_markdown(words), icon=":material/check:")
    elif words:
        show_error(words)
