"""Precision, recall and F1 of each class."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.evaluation.confusion_matrix import class_metrics
from mnist_core.text.escape import for_markdown
from mnist_core.text.sentence import marked
from mnist_core.text.words import capitalised, percent
from pages.shared.text_table import show_text_table
from pages.visit.language import _

MOST_ROWS = 12  # a longer table scrolls
HEIGHT = 460
COLUMNS = ["precision", "recall", "f1"]
MEASURES = [marked("Precision"), marked("Recall"), marked("F1")]


def show_metrics(dataset: Dataset, matrix: pd.DataFrame) -> None:
    """Show precision, recall and F1 of each class."""
    noun = dataset.noun
    st.header(
        _("Digit by digit") if noun == "digit" else _("Class by class"),
        help=_("Below the table, it says what the measures are. Source: van Rijsbergen, Information Retrieval, 1979."),
    )
    metrics = class_metrics(matrix)
    measures, named = [_(measure) for measure in MEASURES], capitalised(_(noun))
    if len(metrics) > MOST_ROWS:  # which scroll, also by keyboard
        table = metrics[COLUMNS].set_axis(measures, axis="columns")
        table.insert(0, named, list(dataset.class_names))
        st.dataframe(table.style.format(_percent, subset=measures), hide_index=True, height=HEIGHT)
    else:
        values = zip(dataset.class_names, metrics[COLUMNS].to_numpy(), strict=True)
        rows = [
            {named: for_markdown(name), **dict(zip(measures, map(_percent, of), strict=True))} for name, of in values
        ]
        show_text_table(rows)
    st.caption(
        _(
            "**Precision**: of all images read as this {noun}, the share that is correct. **Recall**: of "
            "all images of this {noun}, the share that is read as such. **F1** is high only if both are: 2 "
            "× precision × recall ÷ (precision + recall).",
            noun=_(noun),
        )
        + (
            " " + _("A dash: there are no test images of this {noun}.", noun=_(noun))
            if metrics["recall"].isna().any()
            else ""
        )
    )


def _percent(value: float) -> str:
    return percent(value, 1)
