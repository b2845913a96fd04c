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
from pages.shared.class_score import class_score_line
from pages.shared.import_network import show_import_notes
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import _


def show_score(choice: ChosenNetwork, labels: NDArray[np.uint8]) -> None:
    """Show accuracy and loss on the test set, and whose they are."""
    score = evaluation.score(choice.test_probabilities, labels)
    with st.container(horizontal=True, key="score"):
        st.metric(
            _("Test accuracy"),
            percent(score.accuracy),
            width="content",
            help=_interval_in_words(score.accuracy, labels),
        )
        st.metric(
            _("Test loss"),
            f"{score.loss:.4f}",
            width="content",
            help=_(
                "The mean cross-entropy: minus the natural logarithm of the probability that the network gives to the "
                "true class, averaged over the test images. Always sure and right, it would be 0. Source: Goodfellow, "
                "Bengio and Courville, Deep Learning, 2016, section 6.2."
            ),
        )
        st.metric(_("Mispredictions"), f"{round(len(labels) * (1 - score.accuracy)):,}", width="content")
    if line := class_score_line(choice.run, score.accuracy):
        st.markdown(f"**{line}**")
    run = choice.run
    if run is None or run.imported or run.state is State.DAMAGED:
        return
    if run.kept_weights:
        st.caption(_("This run {kept}.", kept=run.kept_weights))
    elif choice.step < run.steps:
        st.caption(
            _(
                "This run {what}. You see its network after {step:,} of {steps:,} steps.",
                what=_what_happened(run),
                step=choice.step,
                steps=run.steps,
            )
        )


def _interval_in_words(accuracy: float, labels: NDArray[np.uint8]) -> str:
    low, high = wilson_interval(round(accuracy * len(labels)), len(labels))
    return _(
        "On {images:,} test images. The 95 % interval is {low} to {high}: so exactly do these tell the "
        "accuracy on all images of their kind (Wilson, 1927).",
        images=len(labels),
        low=percent(low),
        high=percent(high),
    )


def _what_happened(run: Run) -> str:
    return {State.FAILED: _("failed"), State.STOPPED: _("was stopped")}.get(run.state, _("has not ended"))


def show_origin(choice: ChosenNetwork) -> None:
    """Say where the network comes from, if it was not trained here."""
    st.header(_("This network"))
    if choice.run is None:
        show_starter()
    elif choice.run.imported:
        st.caption(_("This network was imported from {imported}.", imported=for_markdown(choice.run.imported)))
        show_import_notes(choice.run)


def show_starter() -> None:
    """Say what the starter network is, and how well it reads what people draw."""
    known = starter()
    st.caption(
        _(
            "This is the starter network, which comes with the app: {settings}. Of {digits:,} digits "
            "that people wrote with a pen, drawn as on the Draw page, it reads {accuracy} correctly. "
            "Train your own on the Train page, and choose it here.",
            settings=known.config.describe(),
            digits=known.pen_digits,
            accuracy=percent(known.pen_accuracy),
        ),
        help=_(
            "The pen strokes: {source}. **Augment** and more epochs than the default make it read drawings better.",
            source=PEN_STROKES_SOURCE,
        ),
    )
