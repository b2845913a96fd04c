"""The Evaluate page: a network's score on the test images, and its mispredictions."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Dataset
from mnist_core.evaluation.confusion_matrix import confusion_matrix
from mnist_core.text.sentence import marked
from pages.components.into_view.into_view import bring_into_view
from pages.evaluate.by_class import show_by_class
from pages.evaluate.confidence.view import show_confidence
from pages.evaluate.confusion_matrix import show_confusions, show_matrix, show_pair
from pages.evaluate.epochs.view import show_epochs
from pages.evaluate.filters import cells_chosen, put_filters_in_address, take_filters_from_address
from pages.evaluate.mispredictions import IMAGES, show_gallery
from pages.evaluate.robustness import show_robustness
from pages.evaluate.score import show_origin, show_score
from pages.evaluate.two_runs.view import show_two_runs
from pages.navigation import DRAW
from pages.shared.export_menu import export_menu
from pages.shared.follow_training import follow_training
from pages.shared.import_network import import_network
from pages.shared.messages import show_warning, user_errors
from pages.shared.network_picker import ChosenNetwork, choose_network
from pages.shared.next_step import NextStep, of_run, show_next_step
from pages.shared.view_choice import PageView, choose_view
from pages.visit.language import _

VIEWS = {
    "class": PageView(marked("By class"), show_by_class),
    "epochs": PageView(marked("Epochs"), show_epochs),
    "confidence": PageView(marked("Confidence"), show_confidence),
    "robustness": PageView(marked("Robustness"), show_robustness),
    "two": PageView(marked("Two runs"), show_two_runs),
}
"""The views below the first screen, by their names in the address."""


@st.fragment
def explore(choice: ChosenNetwork, dataset: Dataset, probabilities: NDArray[np.float32], matrix: pd.DataFrame) -> None:
    """Show score, matrix and the images of a cell, which a click redraws without the rest of the page."""
    take_filters_from_address(dataset)
    left, right = st.columns([3, 5], gap="medium")
    with left:
        show_score(choice, dataset.test_labels)
    with right:
        show_confusions(dataset, matrix)
    left, right = st.columns([5, 4], gap="medium")
    with left:
        show_matrix(dataset, matrix)
    with right:
        show_gallery(choice, dataset, probabilities)
        show_pair(dataset, matrix)
    put_filters_in_address()
    bring_into_view(IMAGES, cells_chosen())  # on a phone the images are below the matrix


with user_errors():
    head = st.container(horizontal=True, vertical_alignment="bottom", key="evaluate_head")
    said = st.container()  # below, with room for a sentence
    with head:
        st.title(_("Evaluate"), width="content")
        network = choose_network(said)
    follow_training(network)
    images, test_probabilities = network.dataset, network.test_probabilities
    if not np.isfinite(test_probabilities).all():
        show_warning(
            _("Some weights of this network are not finite numbers, so it cannot read anything."), ":material/error:"
        )
        st.stop()
    counts = confusion_matrix(images.test_labels, test_probabilities.argmax(axis=1), len(images.class_names))
    explore(network, images, test_probabilities, counts)
    choose_view(VIEWS, key="evaluate_view").show(network)
    show_origin(network)
    with st.container(horizontal=True):
        if network.run is not None:
            export_menu(network.run)
        import_network()
    show_next_step(NextStep(marked("Draw digits for it to read"), DRAW, of_run(network.run)))
