"""The way through the app in six steps, in the order of the notebook."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from pages.shared.places import COMPARE, DATA, DRAW, EVALUATE, TRAIN, Place


class Step(NamedTuple):
    """A step of the way, and where it is done."""

    label: str
    place: Place


STEPS = (
    Step("Look at the images", DATA),
    Step("Train a network", TRAIN),
    Step("Measure it with the test images", EVALUATE),
    Step("See which digits it confuses", EVALUATE),
    Step("Draw digits for it to read", DRAW),
    Step("Change one thing, and compare", COMPARE),
)


def show_steps() -> None:
    """Draw the steps, each as a link."""
    st.markdown("## The way through")
    for number, step in enumerate(STEPS, 1):
        st.page_link(step.place.views[0].script, label=f"{number}. {step.label}", icon=step.place.icon)
