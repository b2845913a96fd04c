"""The first test images with all their probabilities."""

from __future__ import annotations

import streamlit as st

from pages.evaluate.one_image import open_image
from pages.shared.network_picker import ChosenNetwork
from pages.shared.probability_table import probability_table
from pages.visit.language import _

FIRST_IMAGES = 5


@st.fragment
def show_first_images(choice: ChosenNetwork) -> None:
    """Show the first test images with the probabilities that the network gives each; one that is pressed opens."""
    dataset, probabilities = choice.dataset, choice.test_probabilities
    number = min(len(dataset.test_images), FIRST_IMAGES)
    words = {1: _("image"), 2: _("two images"), 3: _("three images"), 4: _("four images"), 5: _("five images")}
    st.header(
        _("The first {images} of the test set", images=words[number]),
        help=_(
            "Softmax makes probabilities of the logits: the exponential of each, divided by the sum of all. Source: "
            "Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990."
        ),
    )
    count = {10: _("ten")}.get(len(dataset.class_names), len(dataset.class_names))
    st.caption(
        _(
            "For each image, the last layer gives {count} probabilities, one for each {noun}. The {noun} "
            "with the largest one is the prediction. Press an image to open it.",
            count=count,
            noun=_(dataset.noun),
        )
    )
    first = slice(FIRST_IMAGES)
    labels = dataset.test_labels[first].tolist()
    images, names = dataset.test_images[first], dataset.class_names
    pressed = probability_table(images, labels, probabilities[first], names, key="first_images")
    if pressed is not None:
        open_image(choice, range(number), pressed)
