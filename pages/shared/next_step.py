"""The foot of a page: where to go from here. These links alone lead through the app in the order of the notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from mnist_core.runs import Run
from mnist_core.text.sentence import marked
from pages.navigation import TRAIN, Place
from pages.shared import services
from pages.visit import session
from pages.visit.language import _


class NextStep(NamedTuple):
    """What can be done next, where, and the query of the address there."""

    label: str
    place: Place
    query: Mapping[str, str] = {}


def show_next_step(step: NextStep, *others: NextStep) -> None:
    """Draw a link to the next step, and less prominent ones to others."""
    with st.container(key="next_step", horizontal=True, vertical_alignment="center"):
        with st.container(key="next_step_main", width="content"):
            _link(step, ":material/arrow_forward:")
        for other in others:
            _link(other, other.place.icon)


def train_or(label: str, place: Place) -> NextStep:
    """Return the step for those who have trained a network; for others it is to train one."""
    if not services.store().runs(session.owner()):
        return NextStep(marked("Train a network"), TRAIN)
    return NextStep(label, place)


def of_run(run: Run | None) -> dict[str, str]:
    """Return the query of an address that selects the run, if there is one."""
    return {} if run is None else {"run": str(run.id)}


def _link(step: NextStep, icon: str) -> None:
    st.page_link(step.place.views[0].script, label=_(step.label), icon=icon, query_params=step.query, width="content")
