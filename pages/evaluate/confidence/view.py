"""The view *Confidence* of Evaluate, about whether a network knows when it doesn’t know."""

from __future__ import annotations

import streamlit as st

from pages.evaluate.confidence.calibration import show_calibration
from pages.evaluate.confidence.threshold import choose_threshold
from pages.evaluate.confidence.unfamiliar_images import show_unfamiliar_images
from pages.shared.network_picker import ChosenNetwork


@st.fragment
def show_confidence(network: ChosenNetwork) -> None:
    """Show what a network, whose probabilities are finite, would answer above a threshold, and how sure it is."""
    threshold = choose_threshold(network)
    show_unfamiliar_images(network, threshold)
    show_calibration(network)
