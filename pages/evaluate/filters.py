"""Which mispredictions are shown: by true and by predicted class."""

from __future__ import annotations

import streamlit as st

from mnist_core import charts
from mnist_core.charts import Selection
from mnist_core.data import Dataset
from pages.visit import session

ANY = "Any"
TRUE = "true_digit"
PREDICTED = "predicted_digit"


def selection(dataset: Dataset) -> Selection:
    """Return the digits that the filters are set to."""
    digits = {name: index for index, name in enumerate(dataset.class_names)}
    return Selection(digits.get(session.widget(TRUE, ANY)), digits.get(session.widget(PREDICTED, ANY)))


def select(dataset: Dataset, chosen: Selection) -> None:
    """Set the filters."""
    for key, digit in zip((TRUE, PREDICTED), chosen, strict=True):
        session.set_widget(key, ANY if digit is None else dataset.class_names[digit])


def choose_classes(dataset: Dataset) -> Selection:
    """Let people filter by true and by predicted digit."""
    options = [ANY, *dataset.class_names]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for label, key in ((f"True {dataset.noun}", TRUE), (f"Predicted {dataset.noun}", PREDICTED)):
            if session.widget(key, "") not in options:  # nothing is chosen yet, or it was of another dataset
                session.set_widget(key, ANY)
            st.selectbox(label, options, key=key, width=150, persist_state="session")
        chosen = selection(dataset)
        if chosen != charts.EVERYTHING:
            st.button("Show all", icon=":material/close:", on_click=select, args=(dataset, charts.EVERYTHING))
    return chosen
