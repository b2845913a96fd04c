"""How many images each class has, their mean and their standard deviation."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.charts.class_distribution import class_counts
from mnist_core.data import Dataset
from mnist_core.data.class_statistics import class_deviations, class_means
from mnist_core.text.escape import sentence_for_markdown
from mnist_core.text.words import percent
from pages.components.gallery import gallery_columns
from pages.components.gallery.gallery import gallery
from pages.components.plot.plot import plot
from pages.shared import services


@st.cache_data(max_entries=32, show_spinner=False)
def averages(sha256: str, split: str) -> NDArray[np.uint8]:
    """Return the average image of each class, (classes, 28, 28)."""
    images = services.dataset(sha256)
    return class_means(*images.split(split), len(images.class_names))


@st.cache_data(max_entries=32, show_spinner=False)
def spreads(sha256: str, split: str) -> NDArray[np.uint8]:
    """Return how much each pixel differs within each class, (classes, 28, 28)."""
    images = services.dataset(sha256)
    return class_deviations(*images.split(split), len(images.class_names))


def show_class_overview(dataset: Dataset, split: str) -> None:
    """Show how many images each class has, and the average of them."""
    _, labels = dataset.split(split)
    st.header("Images in each class")
    counts = class_counts(labels, dataset.class_names)
    plot(counts.figure, key="class_counts", summary=counts.summary, height=220)
    names, sha256 = dataset.class_names, dataset.sha256
    st.caption(f"{sentence_for_markdown(counts.summary)} {_balance(labels, len(names))}")
    st.header("The average image of each class")
    gallery(averages(sha256, split), names, [f"The average {name}" for name in names], gallery_columns.CLASS_STATISTICS)
    st.caption("The mean of all images of a class: sharp where they agree, blurred where they differ.")
    with st.expander("Where they differ"):
        gallery(
            spreads(sha256, split),
            names,
            [f"Where images of {name} differ" for name in names],
            gallery_columns.CLASS_STATISTICS,
        )
        st.caption(
            "The standard deviation of each pixel within a class: bright where some images have ink and others do not."
        )


def _balance(labels: NDArray[np.uint8], classes: int) -> str:
    """Say what class balance means for guessing."""
    counts = np.bincount(labels, minlength=classes)
    if counts.min() > 0.8 * counts.max():
        return f"The classes are about equally large, so guessing is right one time in {classes}."
    largest = percent(counts.max() / counts.sum(), 0)
    return (
        f"The classes are not equally large: guessing at random is right one time in {classes}, and always "
        f"guessing the largest class is right in {largest} of cases."
    )
