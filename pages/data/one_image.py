"""One image, found by its index, as a picture and as numbers."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.data import Dataset
from pages.components.gallery import gallery_columns
from pages.components.gallery.gallery import gallery, number_grid
from pages.data.augmented_images import show_augmented
from pages.data.class_picker import choose_class
from pages.data.followed_images import knowing_network
from pages.data.split_picker import SETS
from pages.shared.inside_link import link_to_test_image, link_to_training_image


@st.fragment
def show_image(dataset: Dataset, split: str) -> None:
    """Show one image, browsed by its index, as a picture and as numbers."""
    images, labels = dataset.split(split)
    st.header("One image as you see it, and as the network does")
    left, right = st.columns([1, 3], gap="medium")
    with left:
        index = _choose_image(dataset, split)
        label = dataset.class_names[labels[index]]
        description = f"Image {index} of the {SETS[split].lower()}, {label}"
        gallery(images[[index]], [f"Image {index:,}, label {label}"], [description], gallery_columns.ONE_IMAGE)
        _link_to_inside(dataset, split, index)
    with right:
        number_grid(images[index])
        st.caption("0 is black, the background; 255 is white, full ink.")
    with st.expander("What *Augment* does to it"):
        show_augmented(images[index], label)


def _link_to_inside(dataset: Dataset, split: str, index: int) -> None:
    """Draw a link to the image's way through a network that knows these classes; there may be none."""
    network = knowing_network(dataset)
    if network is not None:
        (link_to_test_image if split == "test" else link_to_training_image)(network.run, index)


def _choose_image(dataset: Dataset, split: str) -> int:
    """Let people search for an image, by its index among all, or among those of a class."""
    _, labels = dataset.split(split)
    wanted = choose_class(dataset, "data_class", none="All")
    found = np.arange(len(labels)) if wanted is None else np.flatnonzero(labels == wanted)
    which = "all" if wanted is None else wanted
    if not len(found):
        st.caption(f"The {SETS[split].lower()} has no images of this class; this is its first image.")
        return 0
    position = st.number_input(
        "Index of the image" if wanted is None else f"Which of the {len(found):,}",
        0,
        len(found) - 1,
        key=f"data_index_{dataset.sha256[:8]}_{split}_{which}",
        persist_state="session",
        help=f"From 0 to {len(found) - 1:,}, in the order of the {SETS[split].lower()}.",
    )
    return int(found[position])
