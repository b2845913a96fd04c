"""How images become the numbers that a network takes."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Dataset, flatten
from pages.data.split_picker import SETS
from pages.shared.text_table import show_text_table

PREPROCESSING = """\
train_images = train_images.reshape(({train}, 28 * 28)).astype("float32") / 255
test_images = test_images.reshape(({test}, 28 * 28)).astype("float32") / 255"""


def show_preprocessing(dataset: Dataset) -> None:
    """Show what happens to the images before a network sees them."""
    st.header("Preprocessing: before the network sees the images")
    st.write(
        "A dense network takes a row of numbers and learns best from small ones. So each image is **reshaped**: its 28 "
        "rows are put one after the other, which gives 784 numbers. Its values are **scaled** from 0–255 to 0–1."
    )
    show_text_table(_before_and_after(dataset.sha256, dataset))
    train, test = len(dataset.train_images), len(dataset.test_images)
    st.code(PREPROCESSING.format(train=train, test=test), language="python", wrap_lines=True)


@st.cache_data(max_entries=32, show_spinner=False)
def _before_and_after(sha256: str, _dataset: Dataset) -> list[dict[str, str]]:
    """Return a row for each set; the smallest and the largest of 47 million values are looked for once."""
    return [_row(SETS[split], _dataset.split(split)[0]) for split in SETS]


def _row(name: str, images: NDArray[np.uint8]) -> dict[str, str]:
    after = flatten(images[:1])
    return {
        "Images": name,
        "Shape before": str(images.shape),
        "Type before": f"{images.dtype}, {images.min()} to {images.max()}",
        "Shape after": str((len(images), *after.shape[1:])),
        "Type after": f"{after.dtype}, {images.min() / 255:.1f} to {images.max() / 255:.1f}",
    }
