"""The Train page: set hyperparameters, and watch the network learn."""

from typing import NamedTuple

import streamlit as st

from mnist_core.config import TrainConfig
from mnist_core.errors import UserError
from mnist_core.estimate import about
from mnist_core.model.architecture import Architecture
from mnist_core.runs import NewSeed, Parent, Run
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice
from mnist_core.text.words import in_sentence, listed
from mnist_core.workers.problems import problems
from pages.components.plot.plot import prepare_plots
from pages.shared import controls, estimates, services
from pages.shared.current_run import current_run
from pages.shared.dataset_picker import choose_training_images, make_dataset
from pages.shared.messages import show_error, show_warning, user_errors
from pages.train.exercise.dialog import share_if_asked
from pages.train.experiments.dialog import show_experiments_button
from pages.train.fill_in_settings import fill_in
from pages.train.live_run import show_run
from pages.train.network_diagram import describe_layers, draw_network
from pages.train.parent import chosen_parent, fits, show_parent
from pages.train.seeds import seed_is_chosen
from pages.train.settings import choose_settings
from pages.train.settings_differences import show_differences, show_earlier_run
from pages.train.settings_line.settings_line import fold_at_first, show_settings_line
from pages.train.sweep_dialog import show_sweep_button
from pages.visit import session
from pages.visit.language import _

LONG_SECONDS, ICON = 600, ":material/play_arrow:"


def submit(config: TrainConfig, images: DatasetChoice, parent: Parent | None) -> None:
    """Start a run and look at it. Raises `UserError` if that cannot be.

    The seed on the page is a proposal unless somebody has chosen it: others may have taken it since it was drawn.
    """
    sha256 = make_dataset(images).sha256
    seed = None if seed_is_chosen() else NewSeed.UNLIKE_OTHERS
    run_id = services.store().submit(
        config, owner=session.owner(), nickname=session.nickname(), dataset=sha256, seed=seed, parent=parent
    )
    session.drop_settings_from_address()
    session.select_run(run_id)


def confirm_long_run(config: TrainConfig, images: DatasetChoice, seconds: float, parent: Parent | None) -> None:
    """Ask for confirmation before a long run."""
    st.write(
        _(
            "With these settings the training takes **{duration}** on this machine. You can pause or stop it "
            "at any time; fewer epochs, fewer units or a larger batch make it faster.",
            duration=_(about(seconds, at_most=config.patience > 0)),
        )
    )
    if st.button(_("Train anyway"), type="primary"):
        with user_errors():  # a dialog's own rerun leaves out the code around its call
            submit(config, images, parent)
            st.rerun()


class Chosen(NamedTuple):
    """What is set on the page: the settings, None if they are refused, the images, and where the weights start."""

    config: TrainConfig | None
    images: DatasetChoice
    parent: Parent | None


def settings_column() -> Chosen:
    """Draw the settings, and the Train button under them; return what is set."""
    network = chosen_parent()
    parent = network.parent if network else None
    with st.container(key="settings"), user_errors():
        if network:
            show_parent(network)
        images = choose_training_images()
        config, out_of_sight = choose_settings(images, network)
        if network and config:
            config = config if fits(network, config, images) else None
    refused = config is None
    pressed = st.button(_("Train"), key="train_button", type="primary", width="stretch", icon=ICON, disabled=refused)
    if config is None:
        if out_of_sight:
            labels = listed([in_sentence(label) for label in out_of_sight])
            words = _("Not valid in More settings: {labels}.", labels=labels)
            st.caption(f":red[{words}]")
        return Chosen(None, images, parent)
    seconds = estimates.seconds_of(config, images, more=1)
    if pressed:
        train(config, images, seconds, parent)
    with st.container(key="time_needed"):
        st.caption(_("Takes {duration}.", duration=_(about(seconds, at_most=config.patience > 0))))
    return Chosen(config, images, parent)


def train(config: TrainConfig, images: DatasetChoice, seconds: float, parent: Parent | None) -> None:
    """Start a run, after a question if its settings, and not other people's runs, are why it takes long."""
    if estimates.seconds_alone(config, images) > LONG_SECONDS:
        st.dialog(_("This will take a while"))(confirm_long_run)(config, images, seconds, parent)
        return
    try:
        submit(config, images, parent)
    except UserError as error:
        show_error(error)


def about_settings(config: TrainConfig, images: DatasetChoice, run: Run | None, parent: Parent | None) -> None:
    """Show what there is to say of the settings, and what else can be done with them."""
    with st.container(key="settings_and_run", gap="xxsmall"):
        if run is not None:
            show_differences(config, images, run, parent)
        show_earlier_run(config, images, run, parent)
    network = Architecture.of(config, images.classes)
    with st.popover(
        _("{number:,} parameters", number=network.parameters), width="stretch", help=_("The network layer by layer")
    ):
        describe_layers(network)
    if not controls.is_hidden("experiments"):
        show_experiments_button(images)
    if not controls.is_hidden("sweep"):
        show_sweep_button(config, images, parent)


def first_run(config: TrainConfig | None, images: DatasetChoice) -> None:
    """Show what a browser without runs is about to train."""
    st.info(_("There is no run to show yet. Press **Train**, and its curves appear here."), icon=":material/school:")
    prepare_plots()
    if config is None:
        return
    st.markdown(_("## What you are about to train"))
    network = Architecture.of(config, images.classes)
    draw_network(network)
    describe_layers(network)


with st.container(key="train"), user_errors():
    if problems.text and not services.store().workers():
        show_warning(
            _("Nothing can be trained at the moment. {problem}", problem=problems.text), ":material/hourglass_empty:"
        )
    fold_at_first()  # before the settings come
    fill_in()
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        with st.container(key="settings_panel"):
            st.title(_("Train"), anchor=False)
            line = st.container(key="settings_line")
            config, images, parent = settings_column()
        below = st.container(key="about_settings", gap="xsmall")
    with right:
        run = current_run()
        if run is None:
            first_run(config, images)
        else:
            show_run(run)
    with line:
        show_settings_line(config, run.id if run else None, parent)
    share_if_asked(config, images)
    if config is not None:
        with below:
            about_settings(config, images, run, parent)
