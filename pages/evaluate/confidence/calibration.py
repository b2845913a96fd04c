"""Calibration: whether a network is as often correct as it is confident, on test images or handwriting."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.charts.reliability import reliability_diagram
from mnist_core.evaluation.confidence import Calibration, calibration
from mnist_core.runs import HandwritingSet
from mnist_core.text.sentence import sentence
from mnist_core.text.words import counted, percent
from pages.components.plot.plot import plot
from pages.shared import services
from pages.shared.handwriting_score import read_set, sets_with_drawings
from pages.shared.handwriting_sets import set_title
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import _, ngettext

WELL_CALIBRATED = 0.02
"""With a smaller expected calibration error, the reliability diagram is a straight line and shows nothing."""
FEWEST = 30
"""With fewer images, the intervals of the accuracy are so wide that the diagram shows nothing."""
TEST_IMAGES = 0
"""Stands for the test images among the numbers of handwriting sets."""


class _Answers(NamedTuple):
    """Confidence (n,), 0 to 1, and whether the answer is correct (n,)."""

    confidence: NDArray[np.floating]
    right: NDArray[np.bool_]


def show_calibration(network: ChosenNetwork) -> None:
    """Say whether confidence and accuracy agree, and show how far they differ if they do."""
    st.header(
        _("Is it as often correct as it is confident?"),
        help=_(
            "Images are put into ten bins by confidence. The expected calibration error is the mean difference "
            "between confidence and accuracy over the bins, weighted by images. Vertical lines are 95 % intervals. "
            "Source: Guo et al., On calibration of modern neural networks, 2017."
        ),
    )
    sets = {it.id: it for it in sets_with_drawings(network.dataset.class_names)}
    chosen = _choose_images(sets)
    answers = _on_test_images(network) if chosen == TEST_IMAGES else _on_handwriting(network, sets[chosen])
    if answers is None:
        st.caption(_("Nobody knows which of these drawings the network learned from: they cannot tell."))
        return
    if len(answers.right) < FEWEST:
        st.caption(
            ngettext(
                "There is only {number} image that the network did not learn from; it takes {fewest} to tell.",
                "There are only {number} images that the network did not learn from; it takes {fewest} to tell.",
                len(answers.right),
                fewest=FEWEST,
            )
        )
        return
    found = calibration(*answers)
    if found.error < WELL_CALIBRATED:
        st.markdown(_in_words(answers, found))
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.markdown(_in_words(answers, found))
    with right:
        chart = reliability_diagram(found)
        plot(chart.figure, key="evaluate_reliability", summary=chart.summary, height=320)


def _choose_images(sets: dict[int, HandwritingSet]) -> int:
    """Let people choose a handwriting set or the test images, if there is a choice."""
    if not sets:
        return TEST_IMAGES
    titles = {number: set_title(it) for number, it in sets.items()} | {TEST_IMAGES: _("Test images")}
    return st.selectbox(
        _("Images"), list(titles), format_func=lambda number: titles[number], key="evaluate_calibration_images"
    )


def _on_test_images(network: ChosenNetwork) -> _Answers:
    probabilities = network.test_probabilities
    return _Answers(probabilities.max(axis=1), probabilities.argmax(axis=1) == network.dataset.test_labels)


def _on_handwriting(network: ChosenNetwork, which: HandwritingSet) -> _Answers | None:
    """Return the answers on those drawings that the network did not learn from; None if nobody knows these."""
    reading = read_set(network.network, services.learned_by(network.run), which)
    if reading.known is None:
        return None
    new = ~reading.known
    return _Answers(reading.confidence[new], reading.right[new])


def _in_words(answers: _Answers, found: Calibration) -> str:
    confidence, accuracy = float(answers.confidence.mean()), float(answers.right.mean())
    means = sentence(
        "On average it is {confidence} confident and {accuracy} correct",
        confidence=percent(confidence, 1),
        accuracy=percent(accuracy, 1),
    )
    error = sentence(
        "the expected calibration error of {images} is {points:.1f} points",
        images=counted(len(answers.right), "image"),
        points=100 * found.error,
    )
    if found.error < WELL_CALIBRATED:
        return _(
            "Yes. {means}; {error}, so that the reliability diagram would be a straight line.", means=means, error=error
        )
    if confidence > accuracy:
        return _(
            "{means}; {error}. Points below the dotted line: more confident than correct.", means=means, error=error
        )
    return _(
        "{means}; {error}. Points above the dotted line: more often correct than confident.", means=means, error=error
    )
