"""Random examples of each class."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.data.class_statistics import sample_per_class
from pages.components.gallery import gallery_columns
from pages.data.followed_images import followed_gallery, knowing_network
from pages.visit import session

MOST_EXAMPLES = 200


@st.fragment
def show_examples(dataset: Dataset, split: str) -> None:
    """Show random examples, one row for each class."""
    st.header("Examples of each class")
    seed = session.get("examples_seed", 0)
    if st.button("Show others", icon=":material/shuffle:"):
        seed += 1
        session.put("examples_seed", seed)
    _, labels = dataset.split(split)
    names = dataset.class_names
    per_class = max(2, min(gallery_columns.EXAMPLES_PER_CLASS, MOST_EXAMPLES // len(names)))
    chosen = sample_per_class(labels, per_class, np.random.default_rng(seed), len(names))
    descriptions = [f"Example {index} of the class {names[labels[index]]}" for index in chosen]
    if knowing_network(dataset) is not None:
        st.caption("Press an image to follow it through a network.")
    layout = gallery_columns.class_examples(per_class)
    followed_gallery(dataset, split, chosen, [""] * len(chosen), descriptions, layout, key="data_examples")
