"""The confusion matrix, and the most frequent confusions in words."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from mnist_core import charts, evaluation
from mnist_core.charts import Selection, confusion_sentence
from mnist_core.data import Dataset
from mnist_core.text.escape import for_markdown
from pages.components.plot.plot import plot
from pages.evaluate.filters import select, selection


def show_matrix(dataset: Dataset, matrix: pd.DataFrame) -> None:
    """Show the confusion matrix; a click on a cell filters the mispredictions to it, another click clears that."""

    def toggle(true: int, predicted: int) -> None:
        cell = Selection(true, predicted)
        select(dataset, charts.EVERYTHING if cell == selection(dataset) else cell)

    st.subheader("Confusion matrix")
    st.caption(
        f"Each row is a true {dataset.noun}, each column what the network read. Right answers lie on the "
        "diagonal; the stronger the orange, the more frequent the error. Click a cell to see its images below, and "
        "again to see all."
    )
    chart = charts.confusion_heatmap(matrix, dataset.class_names, selection(dataset))
    plot(chart.figure, key="confusion_matrix", summary=chart.summary, height=500, on_click=toggle)


def show_confusions(dataset: Dataset, matrix: pd.DataFrame) -> None:
    """Show the most frequent errors in words; each filters the mispredictions to it."""
    st.subheader("Most frequent confusions")
    confusions = evaluation.top_confusions(matrix)
    st.caption("Choose one to see its images below." if confusions else "There is none: all images are read right.")
    names = dataset.class_names
    with st.container(gap=None):
        for true, predicted, count in confusions:
            words = for_markdown(confusion_sentence(names[true], names[predicted], count))
            cell = Selection(true, predicted)
            st.button(
                words, type="tertiary", on_click=select, args=(dataset, cell), key=f"confusion_{true}_{predicted}"
            )
