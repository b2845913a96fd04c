"""Starts a run with the default settings on MNIST by one press, and shows it live on the Train page."""

from __future__ import annotations

import streamlit as st

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST_SHA256
from mnist_core.errors import UserError
from mnist_core.estimate import about
from mnist_core.runs import NewSeed
from pages.navigation import TRAIN
from pages.shared import estimates, services
from pages.shared.messages import show_error
from pages.visit import session


def show_train_your_own() -> None:
    """Draw the button that starts a run, and say what it will do."""
    images = services.dataset_store().info(MNIST_SHA256)
    with st.container(key="train_your_own", gap="xsmall"):
        pressed = st.button("Train your own", type="primary", width="stretch", icon=":material/play_arrow:")
        seconds = estimates.seconds_of(TrainConfig(), images, more=1)
        st.caption(
            f"{TrainConfig().hidden_units} hidden units, {TrainConfig().epochs} epochs over {images.train_images:,} "
            f"images: this takes {about(seconds)}, and you watch it learn."
        )
        if pressed:
            _train()


def _train() -> None:
    """Start a run with a seed that nobody has used for these settings, and switch to the page that shows it."""
    try:
        run_id = services.store().submit(
            TrainConfig(), owner=session.owner(), nickname=session.nickname(), seed=NewSeed.UNUSED
        )
    except UserError as error:
        show_error(error)
        return
    st.switch_page(TRAIN.views[0].script, query_params={"run": str(run_id)})
