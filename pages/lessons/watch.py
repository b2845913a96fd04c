"""Notices that a step is done while the page does not run as a whole, as when a drawing is kept on Draw."""

from __future__ import annotations

import streamlit as st

from mnist_core.lessons.lesson import Step
from pages.lessons.criteria import is_done

SECONDS = 1.0


def watch(step: Step, page: str) -> None:
    """Run the page again once enough drawings are labelled; runs that end do so by themselves."""
    if step.criterion is not None and step.criterion.drawings:
        st.fragment(_look, run_every=SECONDS)(step, page)


def _look(step: Step, page: str) -> None:
    if is_done(step, page):
        st.rerun()
