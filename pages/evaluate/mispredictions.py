"""All test images that the network reads wrong."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import evaluation
from mnist_core.data import Dataset
from mnist_core.text.words import percent, with_article
from pages.components.gallery import layouts
from pages.components.gallery.gallery import gallery
from pages.evaluate.filters import choose_classes

MOST_IMAGES = 1000  # a network that learned nothing is wrong thousands of times; a browser shows so many with ease


def show_mispredictions(dataset: Dataset, probabilities: NDArray[np.float32]) -> None:
    """Show every wrongly read test image that the filters let through, most confident errors first."""
    wrong = evaluation.mispredictions(probabilities, dataset.test_labels)
    st.subheader(f"All {len(wrong.indices):,} mispredictions")
    chosen = choose_classes(dataset)
    shown = wrong.only(*chosen)
    st.caption(_how_many(len(shown.indices), len(wrong.indices)))
    rows = list(zip(shown.indices, shown.true, shown.predicted, shown.confidence, strict=True))[:MOST_IMAGES]
    names = dataset.class_names
    gallery(
        dataset.test_images[shown.indices[:MOST_IMAGES]],
        [f"{names[true]} read as {names[read]}\n{percent(confidence, 1)}" for _, true, read, confidence in rows],
        [
            f"Test image {index}: {with_article(names[true])}, read as {names[read]} with {percent(confidence, 1)} "
            "confidence"
            for index, true, read, confidence in rows
        ],
        layouts.MISPREDICTIONS,
    )


def _how_many(shown: int, total: int) -> str:
    if not shown:
        return "There is no such misprediction."
    count = "All of them" if shown == total else f"{shown:,} of {total:,}"
    limit = f" The first {MOST_IMAGES:,} are shown." if shown > MOST_IMAGES else ""
    return f"{count}, the most confident errors first.{limit}"
