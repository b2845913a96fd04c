"""What a student of the class sees that is no page of its own."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs import Classroom
from pages.navigation import TRAIN
from pages.visit.language import _


def show_way_to_train(_open_class: Classroom) -> None:
    """Draw the link to the Train page."""
    st.page_link(TRAIN.views[0].script, label=_("Train a network"), icon=TRAIN.icon, width="content")
