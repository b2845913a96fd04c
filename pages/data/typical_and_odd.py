"""The images of a class that are nearest to its mean, and those that are farthest from it."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Dataset
from mnist_core.data.class_statistics import sorted_by_typicality
from pages.components.gallery import gallery_columns
from pages.data.class_picker import choose_class
from pages.data.followed_images import followed_gallery
from pages.data.split_picker import SETS
from pages.shared import services


@st.cache_data(max_entries=200, show_spinner="Comparing the images …")
def typicality(sha256: str, split: str, label: int) -> NDArray[np.intp]:
    """Return the indices of a class's images, from the most typical to the oddest."""
    return sorted_by_typicality(*services.dataset(sha256).split(split), label)


@st.fragment
def show_typical_and_odd(dataset: Dataset, split: str) -> None:
    """Show the images of a class that are most like its average, and those that are least."""
    st.header("Typical and odd")
    label = choose_class(dataset, "extremes_class") or 0
    order, name = typicality(dataset.sha256, split, label), dataset.class_names[label]
    if not len(order):
        st.caption(f"The {SETS[split].lower()} has no images of this class.")
        return
    for title, chosen in (("Most like the average", order), ("Least like the average", order[::-1])):
        some = chosen[: gallery_columns.EXAMPLES_PER_CLASS]
        st.caption(f"{title}, measured by the distance between their pixels. The numbers are their indices.")
        descriptions = [f"{title}: image {index}, {name}" for index in some]
        captions, key = [f"{index}" for index in some], f"data_{title.split()[0].lower()}"
        followed_gallery(dataset, split, some, captions, descriptions, gallery_columns.TYPICAL_IMAGES, key=key)
