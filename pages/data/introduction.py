"""What the chosen dataset is, in words and in figures."""

from __future__ import annotations

import streamlit as st

from mnist_core.data import DIGITS, Dataset
from mnist_core.text.escape import sentence_for_markdown

MOST_NAMED = 12
"""Classes that are named in the introduction."""
ABOUT = {
    "mnist": "MNIST is a collection of handwritten digits.",
    "fashion-mnist": "Fashion-MNIST is a collection of pictures of clothes that Zalando made as a harder MNIST.",
}


def introduce(dataset: Dataset) -> None:
    """Say what the dataset is, in words and in figures."""
    names = dataset.class_names
    what = ABOUT.get(dataset.name, "These images were added by somebody here.")
    known = "0 to 9" if names == DIGITS else ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    count = {10: "ten"}.get(len(names), len(names))
    st.write(
        f"{what} Each **example** is a small greyscale image with its **label**, which says what it shows. All images "
        f"with the same label form a **class**, so there are {count} classes: {sentence_for_markdown(known)}. A "
        "network learns from examples until it can tell the class of an image by itself."
    )
    with st.container(horizontal=True, gap="medium"):
        st.metric("Training images", f"{len(dataset.train_images):,}", width="content")
        st.metric("Test images", f"{len(dataset.test_images):,}", width="content")
        st.metric("Classes", len(dataset.class_names), width="content")
        st.metric("Pixels in an image", "28 × 28", width="content")
