"""The first test images with all their probabilities."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Dataset
from pages.shared.probability_table import probability_table

FIRST_IMAGES = 5


def show_first_images(dataset: Dataset, probabilities: NDArray[np.float32]) -> None:
    """Show the first test images with the probabilities that the network gives each."""
    shown = {1: "image", 2: "two images", 3: "three images", 4: "four images"}
    st.header(f"The first {shown.get(len(dataset.test_images), 'five images')} of the test set")
    count = {10: "ten"}.get(len(dataset.class_names), len(dataset.class_names))
    st.caption(
        f"For each image, the last layer gives {count} probabilities, one for each {dataset.noun}. The {dataset.noun} "
        "with the largest one is the prediction."
    )
    first = slice(FIRST_IMAGES)
    labels = dataset.test_labels[first].tolist()
    probability_table(dataset.test_images[first], labels, probabilities[first], dataset.class_names)
