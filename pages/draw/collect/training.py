"""Training with collected drawings: a run on a mixture with them, and what both networks make of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST_SHA256
from mnist_core.errors import UserError
from mnist_core.estimate import about
from mnist_core.model.starter import starter
from mnist_core.runs import DatasetInfo, HandwritingSet, State
from mnist_core.runs.handwriting.planned_mixture import PlannedMixture
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import counted, percent
from pages.draw.collect import collect_progress
from pages.shared import estimates, services
from pages.shared.current_run import run_title
from pages.shared.dataset_picker import make_dataset
from pages.shared.handwriting_score import in_words, read_set
from pages.shared.labelling import chosen_set
from pages.shared.messages import show_error
from pages.shared.network_picker import ChosenNetwork, network_of
from pages.visit import session

POLL_SECONDS = 1.0


def show_training(choice: ChosenNetwork) -> None:
    """Offer to train with the drawings; show the accuracies before and after, once there is such a network."""
    names = choice.dataset.class_names
    drawings, base = chosen_set(names), _base(names)
    if drawings is None or base is None or not drawings.count:
        return
    state = collect_progress.load(names)
    if state.trained is not None:
        _show_before_and_after(drawings, *state.trained)
    _offer_training(choice, PlannedMixture(base, drawings), main=state.complete and state.trained is None)


def _offer_training(choice: ChosenNetwork, images: PlannedMixture, main: bool) -> None:
    """Draw the button that trains, as the page's primary one if it is the `main` thing to do now."""
    config = _config(choice)
    seconds = estimates.seconds_of(config, images, more=1)
    whose = "the starter network" if choice.run is None or choice.run.imported else "the network below"
    if not st.button(
        f"Train with {counted(images.drawings.count, 'drawing')}",
        icon=":material/model_training:",
        type="primary" if main else "secondary",
        key="collect_train",
        help=f"Adds the drawings of *{for_markdown(images.drawings.name)}* to {for_markdown(images.base.title)}, each "
        f"repeated with small distortions, and trains with the settings of {whose}. Takes {about(seconds)}.",
    ):
        return
    try:
        sha256 = make_dataset(images).sha256
        run_id = services.store().submit(config, owner=session.owner(), nickname=session.nickname(), dataset=sha256)
    except UserError as error:
        show_error(error)
        return
    names = choice.dataset.class_names
    before = choice.run.id if choice.run else None
    collect_progress.save(names, replace(collect_progress.load(names), trained=(before, run_id)))
    st.rerun()


def _config(choice: ChosenNetwork) -> TrainConfig:
    """Return the settings of the chosen network, or those of the starter network where they are not known."""
    return starter().config if choice.run is None or choice.run.imported else choice.run.config


def _base(names: tuple[str, ...]) -> DatasetInfo | None:
    """Return the dataset to mix drawings of these classes into: MNIST where it has them; None if there is none."""
    infos = [it for it in services.dataset_store().all() if it.class_names == names and not (it.mixture or it.damaged)]
    return min(infos, key=lambda it: it.sha256 != MNIST_SHA256, default=None)


def _show_before_and_after(drawings: HandwritingSet, before: int | None, after: int) -> None:
    try:
        run = services.run(after)
        if not run.state.ended:
            st.fragment(_show_progress, run_every=POLL_SECONDS)(after)
        elif run.state is State.FAILED:
            show_error(run.message)
        else:
            st.markdown(_table(drawings, {"Before": network_of(before), "After": network_of(after)}))
    except UserError as error:  # one of the two runs is deleted
        show_error(error)


def _table(drawings: HandwritingSet, networks: Mapping[str, ChosenNetwork]) -> str:
    """Return a table of the networks' accuracies on the test images and on the drawings, in Markdown."""
    lines = [f"| | Test images | {for_markdown(drawings.name)} |", "|---|---|---|"]
    for when, network in networks.items():
        accuracy = network.run.test_accuracy if network.run else starter().test_accuracy
        name = run_title(network.run) if network.run else "Starter network"
        read = in_words(read_set(network, drawings))
        lines.append(f"| **{when}**: {for_markdown(name)} | {percent(accuracy)} | {read} |")
    return "\n".join(lines)


def _show_progress(run_id: int) -> None:
    """Show how far the training is; at its end the page shows what has come of it."""
    run = services.run(run_id)
    if run.state.ended:
        st.rerun()
    st.progress(run.step / run.steps, text=f"{run.state.word}, {run.step:,} of {run.steps:,} steps")
    st.page_link(
        "train/page.py", label="Watch it learn", icon=":material/show_chart:", query_params={"run": str(run_id)}
    )
