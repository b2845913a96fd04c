"""The Evaluate page: a network's score on the test images, and its mispredictions."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import evaluation
from mnist_core.data import Dataset
from pages.evaluate.class_metrics import show_metrics
from pages.evaluate.confusion_matrix import show_confusions, show_matrix
from pages.evaluate.first_images import show_first_images
from pages.evaluate.mispredictions import show_mispredictions
from pages.evaluate.score import show_score
from pages.shared.export_menu import export_menu
from pages.shared.handwriting_score import handwriting_section
from pages.shared.import_network import import_network
from pages.shared.messages import user_errors
from pages.shared.network_picker import choose_network


@st.fragment
def explore(dataset: Dataset, probabilities: NDArray[np.float32]) -> None:
    """Show matrix, metrics and mispredictions, which a click redraws without the rest of the page."""
    matrix = evaluation.confusion_matrix(dataset.test_labels, probabilities.argmax(axis=1), len(dataset.class_names))
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_matrix(dataset, matrix)
    with right:
        show_confusions(dataset, matrix)
        show_metrics(dataset, matrix)
    show_mispredictions(dataset, probabilities)


st.title("Evaluate")
with user_errors():
    network = choose_network()
    images = network.dataset
    show_score(network, images.test_labels)
    with st.container(horizontal=True):
        if network.run is not None:
            export_menu(network.run)
        import_network()
    show_first_images(images, network.test_probabilities)
    handwriting_section(network, images.class_names)
    explore(images, network.test_probabilities)
