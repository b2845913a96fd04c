"""Choosing a handwriting set, or creating one."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs import HandwritingSet
from mnist_core.runs.handwriting.records import RULE
from mnist_core.runs.handwriting.store import NAME_LENGTH
from pages.shared import services
from pages.shared.dataset_picker import ask_for_dataset
from pages.shared.handwriting_sets import own_first, set_title
from pages.shared.labelling import CHOSEN_SET
from pages.shared.messages import show_error
from pages.shared.synced_selectbox import synced_selectbox
from pages.visit import session
from pages.visit.language import _


def choose_set() -> HandwritingSet | None:
    """Let people choose a set, or create one; None if there is none."""
    sets = {it.id: it for it in own_first(services.handwriting().sets())}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if sets:
            options, chosen = list(sets), session.get(CHOSEN_SET, None)
            titles = {number: set_title(it) for number, it in sets.items()}
            picked = synced_selectbox(
                _("Handwriting set"),
                options,
                chosen if chosen in sets else options[0],
                key="handwriting_set_chosen",
                format_func=lambda number: titles[number],
                width=320,
                help=_("Drawings that you label on the Draw page go to the set that is chosen here."),
            )
            session.put(CHOSEN_SET, picked)
        with st.popover(_("New set"), icon=":material/add:", key=f"new_set_{len(sets)}"):
            create_set_form()
    return sets.get(session.get(CHOSEN_SET, None)) if sets else None


def create_set_form() -> None:
    """Ask for a name and, where there is a choice, for what will be drawn; create a set."""
    with st.form("new_set", border=False):
        name = st.text_input(_("Name"), max_chars=NAME_LENGTH, placeholder=_("Class 7b"))
        class_names = ask_for_dataset(_("Drawings of the classes of"), key="new_set_dataset").class_names
        shared = st.checkbox(_("Others may add drawings"), value=True, help=_(RULE))
        if st.form_submit_button(_("Create"), type="primary"):
            try:
                number = services.handwriting().create(name, class_names, session.owner(), session.nickname(), shared)
            except UserError as error:
                show_error(error)
            else:
                session.put(CHOSEN_SET, number)
                st.rerun()
