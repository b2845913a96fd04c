"""Evaluate: how well a trained network reads the test images, and what it gets wrong."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from mnist_core import charts, evaluation
from mnist_core.charts import Selection, confusion_sentence
from mnist_core.data import Dataset
from mnist_core.model.starter import PEN_STROKES_SOURCE, starter
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import percent, with_article
from pages.components.gallery.gallery import gallery
from pages.components.plot.plot import plot
from pages.shared.export_menu import export_menu
from pages.shared.handwriting_score import handwriting_section
from pages.shared.import_network import import_network, show_import_notes
from pages.shared.messages import user_errors
from pages.shared.network_picker import ChosenNetwork, choose_network
from pages.shared.probability_table import probability_table
from pages.visit import session

ANY = "Any"
TRUE, PREDICTED = "true_digit", "predicted_digit"
FIRST_IMAGES = 5
MOST_ROWS = 12  # a longer table scrolls
MOST_IMAGES = 1000  # a network that learned nothing is wrong thousands of times; a browser shows so many with ease


def selection(dataset: Dataset) -> Selection:
    """Return the digits that the filters are set to."""
    digits = {name: index for index, name in enumerate(dataset.class_names)}
    return Selection(digits.get(session.widget(TRUE, ANY)), digits.get(session.widget(PREDICTED, ANY)))


def select(dataset: Dataset, chosen: Selection) -> None:
    """Set the filters."""
    for key, digit in zip((TRUE, PREDICTED), chosen, strict=True):
        session.set_widget(key, ANY if digit is None else dataset.class_names[digit])


def show_score(choice: ChosenNetwork, labels: NDArray[np.uint8]) -> None:
    """Show accuracy and loss on the test set, and whose they are."""
    score = evaluation.score(choice.test_probabilities, labels)
    with st.container(horizontal=True, gap="medium"):
        st.metric("Test accuracy", percent(score.accuracy), width="content")
        st.metric("Test loss", f"{score.loss:.4f}", width="content")
        st.metric("Mispredictions", f"{round(len(labels) * (1 - score.accuracy)):,}", width="content")
    if choice.run is None:
        show_starter()
    elif choice.run.imported:
        st.caption(f"This network was imported from {for_markdown(choice.run.imported)}.")
        show_import_notes(choice.run)
    elif not choice.run.state.ended:
        st.caption(f"This run has not ended. You see its network after {choice.step:,} of {choice.run.steps:,} steps.")


def show_starter() -> None:
    """Say what the starter network is, and how well it reads what people draw."""
    known = starter()
    st.caption(
        f"This is the starter network, which comes with the app: {known.config.describe()}. Of {known.pen_digits:,} "
        f"digits that people wrote with a pen, drawn as on the Draw page, it reads "
        f"{percent(known.pen_accuracy)} correctly. Train your own on the Train page, and choose it here.",
        help=f"The pen strokes: {PEN_STROKES_SOURCE}. **Augment** and more epochs than the default make it read "
        "drawings better.",
    )


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


def show_metrics(dataset: Dataset, matrix: pd.DataFrame) -> None:
    """Show precision, recall and F1 of each class."""
    noun = dataset.noun
    st.subheader(f"{noun.capitalize()} by {noun}")
    metrics = evaluation.class_metrics(matrix)
    table = metrics[["precision", "recall", "f1"]].map(lambda value: percent(value, 1))
    table.insert(0, noun, [for_markdown(name) for name in dataset.class_names])
    with st.container(height=460 if len(table) > MOST_ROWS else "content", border=False):
        st.table(table.rename(columns=lambda name: name.capitalize()), hide_index=True)
    st.caption(
        f"**Precision**: of all images read as this {noun}, how many are one. **Recall**: of all of this {noun}, "
        "how many were read as one. **F1** is high only if both are: 2 × precision × recall ÷ (precision + recall)."
        + (f" A dash: there are no test images of this {noun}." if metrics["recall"].isna().any() else "")
    )


def show_mispredictions(dataset: Dataset, probabilities: NDArray[np.float32]) -> None:
    """Show every wrongly read test image that the filters let through, most confident errors first."""
    wrong = evaluation.mispredictions(probabilities, dataset.test_labels)
    st.subheader(f"All {len(wrong.indices):,} mispredictions")
    chosen = choose_digits(dataset)
    shown = wrong.only(*chosen)
    st.caption(_how_many(len(shown.indices), len(wrong.indices)))
    rows = list(zip(shown.indices, shown.true, shown.predicted, shown.confidence, strict=True))[:MOST_IMAGES]
    names = dataset.class_names
    gallery(
        dataset.test_images[shown.indices[:MOST_IMAGES]],
        [f"{names[true]} read as {names[read]}\n{percent(confidence, 1)}" for _, true, read, confidence in rows],
        [
            f"Test image {index}: {with_article(names[true])}, read as {names[read]} with {percent(confidence, 1)} "
            "confidence"
            for index, true, read, confidence in rows
        ],
        size=72,
        cell=88,
    )


def choose_digits(dataset: Dataset) -> Selection:
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


def show_first_images(dataset: Dataset, probabilities: NDArray[np.float32]) -> None:
    """Show the first test images with the probabilities that the network gives each."""
    st.subheader("The first five test images")
    count = {10: "ten"}.get(len(dataset.class_names), len(dataset.class_names))
    st.caption(
        f"The last layer gives each image {count} probabilities, one for each {dataset.noun}; the largest is the "
        "prediction."
    )
    first = slice(FIRST_IMAGES)
    labels = dataset.test_labels[first].tolist()
    probability_table(dataset.test_images[first], labels, probabilities[first], dataset.class_names)


def _how_many(shown: int, total: int) -> str:
    if not shown:
        return "There is no such misprediction."
    count = "All of them" if shown == total else f"{shown:,} of {total:,}"
    limit = f" The first {MOST_IMAGES:,} are shown." if shown > MOST_IMAGES else ""
    return f"{count}, the most confident errors first.{limit}"


@st.fragment
def explore(dataset: Dataset, probabilities: NDArray[np.float32]) -> None:
    """Show matrix, metrics and mispredictions, which a click redraws without the rest of the page."""
    matrix = evaluation.confusion_matrix(dataset.test_labels, probabilities.argmax(axis=1), len(dataset.class_names))
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_matrix(dataset, matrix)
    with right:
        show_confusions(dataset, matrix)
        show_metrics(dataset, matrix)
    show_mispredictions(dataset, probabilities)


st.title("Evaluate")
with user_errors():
    network = choose_network()
    images = network.dataset
    show_score(network, images.test_labels)
    with st.container(horizontal=True):
        if network.run is not None:
            export_menu(network.run)
        import_network()
    show_first_images(images, network.test_probabilities)
    handwriting_section(network, images.class_names)
    explore(images, network.test_probabilities)
