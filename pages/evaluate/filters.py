"""Which mispredictions are shown: by true and by predicted class. The address says it too: ?true=4&read=9."""

from __future__ import annotations

from functools import partial

import streamlit as st

from mnist_core.charts.confusion_matrix import EVERYTHING, Selection
from mnist_core.data import Dataset
from pages.visit import session
from pages.visit.language import _

ANY = "Any"
TRUE = "true_digit"
PREDICTED = "predicted_digit"
_IN_ADDRESS = {"true": TRUE, "read": PREDICTED}
"""The filters by their names in the address."""
_WAS_IN_ADDRESS = "evaluate_filters_in_address"
_CELLS_CHOSEN = "evaluate_cells_chosen"


def selection(dataset: Dataset) -> Selection:
    """Return the digits that the filters are set to."""
    digits = {name: index for index, name in enumerate(dataset.class_names)}
    return Selection(digits.get(session.widget(TRUE, ANY)), digits.get(session.widget(PREDICTED, ANY)))


def select(dataset: Dataset, chosen: Selection) -> None:
    """Set the filters."""
    for key, digit in zip((TRUE, PREDICTED), chosen, strict=True):
        session.set_widget(key, ANY if digit is None else dataset.class_names[digit])


def take_filters_from_address(dataset: Dataset) -> None:
    """Set the filters to what the address asks for, if a link was followed. Call before they are drawn."""
    asked = session.view_in_address(_IN_ADDRESS)
    if not asked or asked == session.get(_WAS_IN_ADDRESS, {}):
        return
    for name, key in _IN_ADDRESS.items():
        session.set_widget(key, asked[name] if asked.get(name) in dataset.class_names else ANY)


def put_filters_in_address() -> None:
    """Let the address ask for what the filters are set to. Call after they are drawn."""
    chosen = {name: session.widget(key, ANY) for name, key in _IN_ADDRESS.items() if session.widget(key, ANY) != ANY}
    session.put(_WAS_IN_ADDRESS, chosen)
    session.put_view_in_address(_IN_ADDRESS, chosen)


def choose_cell(dataset: Dataset, cell: Selection) -> None:
    """Set the filters to a cell, a row or a column of the matrix, or to everything if they are set to it already."""
    select(dataset, EVERYTHING if cell == selection(dataset) else cell)
    session.put(_CELLS_CHOSEN, cells_chosen() + 1)


def cells_chosen() -> int:
    """Return how often a cell was chosen in this visit."""
    return int(session.get(_CELLS_CHOSEN, 0))


def choose_classes(dataset: Dataset) -> None:
    """Let people filter by true and by predicted digit."""
    options = [ANY, *dataset.class_names]
    with st.container(horizontal=True, gap="xsmall"):
        for label, short, key in (
            (_("True {noun}", noun=_(dataset.noun)), _("True: {name}"), TRUE),
            (_("Predicted {noun}", noun=_(dataset.noun)), _("Read as: {name}"), PREDICTED),
        ):
            if session.widget(key, "") not in options:  # nothing is chosen yet, or it was of another dataset
                session.set_widget(key, ANY)
            st.selectbox(
                label,
                options,
                key=key,
                format_func=partial(_in_words, short, _("any")),
                label_visibility="collapsed",
                persist_state="session",
            )


def _in_words(what: str, any_of_them: str, option: str) -> str:
    return what.format(name=any_of_them if option == ANY else option)
