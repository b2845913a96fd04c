"""A threshold on confidence: how many images a network still answers, and how many of these correctly."""

from __future__ import annotations

import streamlit as st

from mnist_core.charts.accuracy_by_threshold import accuracy_by_threshold, percent_in_short
from mnist_core.evaluation.confidence import Answered, answered_at
from mnist_core.text.words import percent
from pages.components.plot.plot import plot
from pages.shared.network_picker import ChosenNetwork
from pages.visit import session
from pages.visit.language import _

THRESHOLDS = (0, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 92.5, 95, 96, 97, 98, 98.5, 99, 99.5, 99.9)
"""In percent, and closer where most of the answers are."""
FIRST = 90
_KEY = "evaluate_threshold"


def choose_threshold(network: ChosenNetwork) -> float:
    """Let people choose a threshold, and show what is answered above it; return it, 0 to 1."""
    st.header(
        _("Does it know when it doesn’t know?"),
        help=_(
            "Confidence is the probability of the predicted class. A network that may leave images "
            "unanswered is called a selective classifier. Source: C. K. Chow, On optimum recognition error "
            "and reject tradeoff, 1970."
        ),
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.markdown(_("How many errors are left if it answers only when it is confident enough? Move the threshold."))
        session.init_widget(_KEY, FIRST)
        threshold = st.select_slider(
            _("Threshold on confidence"),
            THRESHOLDS,
            key=_KEY,
            format_func=lambda it: percent_in_short(it / 100),
            persist_state="session",
        )
        found = _answered(network)
        _show_tiles(found[THRESHOLDS.index(threshold)], found[0])
    with right:
        chart = accuracy_by_threshold([it / 100 for it in THRESHOLDS], found, threshold / 100)
        plot(chart.figure, key="evaluate_thresholds", summary=chart.summary, height=280)
    return float(threshold) / 100


def _answered(network: ChosenNetwork) -> list[Answered]:
    """Return what is answered at each of the thresholds."""
    probabilities = network.test_probabilities
    right = probabilities.argmax(axis=1) == network.dataset.test_labels
    return answered_at(probabilities.max(axis=1), right, [it / 100 for it in THRESHOLDS])


def _show_tiles(at: Answered, without: Answered) -> None:
    with st.container(horizontal=True, key="evaluate_answered"):
        st.metric(_("Answered"), percent(at.share, 1), width="content")
        st.metric(_("Of these correct"), percent(at.accuracy, 1), width="content")
        st.metric(_("Errors left"), _("{left:,} of {number:,}", left=at.errors, number=without.errors), width="content")
