"""The view *Two runs* of Evaluate: how this network differs from another one, and which labels all contradict."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.evaluation.two_networks import shared_errors
from pages.evaluate.two_runs.difference import show_difference, show_verdict
from pages.evaluate.two_runs.other_network import choose_other_network
from pages.evaluate.two_runs.shared_errors import show_shared_errors
from pages.evaluate.two_runs.suspicious_labels import show_suspicious_labels
from pages.shared.messages import show_warning, user_errors
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import _


@st.fragment
def show_two_runs(network: ChosenNetwork) -> None:
    """Compare a network, whose probabilities are finite, with another one that has the same test images."""
    with user_errors():
        other = choose_other_network(network)
        if other is not None:
            _compare(network, other)
        show_suspicious_labels(network)


def _compare(network: ChosenNetwork, other: ChosenNetwork) -> None:
    if not np.isfinite(other.test_probabilities).all():
        show_warning(
            _("Some weights of this network are not finite numbers, so it cannot read anything."), ":material/error:"
        )
        return
    errors = shared_errors(network.test_probabilities, other.test_probabilities, network.dataset.test_labels)
    show_verdict(network, other, errors)
    left, right = st.columns([5, 4], gap="medium")
    with left:
        show_difference(network, other)
    with right:
        show_shared_errors(network, other, errors)
