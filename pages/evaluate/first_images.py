"""The first test images with all their probabilities."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Dataset
from pages.shared.probability_table import probability_table
from pages.visit.language import _

FIRST_IMAGES = 5


def show_first_images(dataset: Dataset, probabilities: NDArray[np.float32]) -> None:
    """Show the first test images with the probabilities that the network gives each."""
    number = min(len(dataset.test_images), FIRST_IMAGES)
    words = {1: _("image"), 2: _("two images"), 3: _("three images"), 4: _("four images"), 5: _("five images")}
    st.header(_("The first {images} of the test set", images=words[number]))
    count = {10: _("ten")}.get(len(dataset.class_names), len(dataset.class_names))
    st.caption(
        _(
            "For each image, the last layer gives {count} probabilities, one for each {noun}. The {noun} "
            "with the largest one is the prediction.",
            count=count,
            noun=_(dataset.noun),
        )
    )
    first = slice(FIRST_IMAGES)
    labels = dataset.test_labels[first].tolist()
    probability_table(dataset.test_images[first], labels, probabilities[first], dataset.class_names)
