"""Invite: how students come into the class."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs import Classroom
from pages.visit.language import _


def show_invite(open_class: Classroom) -> None:
    """Draw the code of the class."""
    st.header(_("Code: {code}", code=open_class.code), anchor=False)
