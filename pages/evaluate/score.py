"""Accuracy and loss on the test set, and which network they are of."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import evaluation
from mnist_core.evaluation.accuracy_interval import wilson_interval
from mnist_core.model.starter import PEN_STROKES_SOURCE, starter
from mnist_core.runs import Run, State
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import percent
from pages.shared.import_network import show_import_notes
from pages.shared.network_picker import ChosenNetwork


def show_score(choice: ChosenNetwork, labels: NDArray[np.uint8]) -> None:
    """Show accuracy and loss on the test set, and whose they are."""
    score = evaluation.score(choice.test_probabilities, labels)
    with st.container(horizontal=True, key="score"):
        st.metric(
            "Test accuracy", percent(score.accuracy), width="content", help=_interval_in_words(score.accuracy, labels)
        )
        st.metric("Test loss", f"{score.loss:.4f}", width="content")
        st.metric("Mispredictions", f"{round(len(labels) * (1 - score.accuracy)):,}", width="content")
    run = choice.run
    if run is None or run.imported or run.state is State.DAMAGED:
        return
    if run.kept_weights:
        st.caption(f"This run {run.kept_weights}.")
    elif choice.step < run.steps:
        st.caption(f"This run {_what_happened(run)}. You see its network after {choice.step:,} of {run.steps:,} steps.")


def _interval_in_words(accuracy: float, labels: NDArray[np.uint8]) -> str:
    low, high = wilson_interval(round(accuracy * len(labels)), len(labels))
    return (
        f"On {len(labels):,} test images. The 95 % interval is {percent(low)} to {percent(high)}: so exactly do these "
        "tell the accuracy on all images of their kind (Wilson, 1927)."
    )


def _what_happened(run: Run) -> str:
    return {State.FAILED: "failed", State.STOPPED: "was stopped"}.get(run.state, "has not ended")


def show_origin(choice: ChosenNetwork) -> None:
    """Say where the network comes from, if it was not trained here."""
    st.header("This network")
    if choice.run is None:
        show_starter()
    elif choice.run.imported:
        st.caption(f"This network was imported from {for_markdown(choice.run.imported)}.")
        show_import_notes(choice.run)


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
