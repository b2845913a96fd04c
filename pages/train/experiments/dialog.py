"""The dialog that starts a ready experiment."""

from __future__ import annotations

import streamlit as st

from mnist_core.estimate import about
from mnist_core.experiments import EXPERIMENTS
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice
from mnist_core.text.words import counted
from pages.shared import estimates
from pages.shared.dataset_picker import make_dataset
from pages.shared.messages import user_errors
from pages.train.experiments.started_experiments import start
from pages.visit import session
from pages.visit.language import _


def show_experiments_button(images: DatasetChoice) -> None:
    """Draw the button that opens the dialog."""
    if st.button(
        _("Experiments"),
        icon=":material/science:",
        width="stretch",
        help=_("Two or three runs that differ in one setting, ready to start."),
    ):
        st.dialog(_("Experiments"))(_choose_experiment)(images)


def _choose_experiment(images: DatasetChoice) -> None:
    st.write(_("Each trains two or three networks that differ in one setting, one after the other, and compares them."))
    for experiment in EXPERIMENTS:
        seconds = sum(estimates.seconds_of(config, images, more=1) for config in experiment.configs)
        runs = _(counted(len(experiment.values), "run"))
        label = f"{_(experiment.title)} :gray[· {runs}, {_(about(seconds))}]"
        if st.button(label, width="stretch", key=f"experiment_{experiment.setting}"):
            with user_errors():
                first = start(experiment, make_dataset(images).sha256)
                session.drop_settings_from_address()
                session.select_run(first)
                st.rerun()
