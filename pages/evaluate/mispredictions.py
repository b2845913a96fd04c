"""The test images of the chosen cell of the confusion matrix, or all that the network misclassifies."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import evaluation
from mnist_core.charts.confusion_matrix import EVERYTHING, Selection
from mnist_core.data import Dataset
from mnist_core.evaluation.metrics import Predictions
from mnist_core.text.escape import for_markdown
from mnist_core.text.sentence import marked
from mnist_core.text.words import counted, percent, with_article
from pages.components.gallery import gallery_columns
from pages.components.gallery.buttons import gallery_of_buttons
from pages.evaluate.filters import choose_classes, select, selection
from pages.evaluate.one_image import open_image
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import _, translator

IMAGES = "gallery"
"""Key of the container of the images, with their heading and their filters."""

MOST_IMAGES = 1000  # a network that learned nothing is wrong thousands of times; a browser shows so many with ease


def show_gallery(choice: ChosenNetwork, dataset: Dataset, probabilities: NDArray[np.float32]) -> None:
    """Show the images that the filters let through: mispredictions, or correct predictions of a cell on the diagonal.

    Each image opens when it is pressed.
    """
    chosen = selection(dataset)
    found = _found(dataset, probabilities, chosen)
    with st.container(key=IMAGES):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(
                gallery_heading(dataset, chosen, len(found.indices)),
                help=_(
                    "An image is read as the class with the largest probability, which is called the confidence. If "
                    "that is not its label, it is a misprediction. Source: Hendrycks and Gimpel, A baseline for "
                    "detecting misclassified and out-of-distribution examples in neural networks, 2017."
                ),
            )
            if chosen != EVERYTHING:
                st.button(_("Show all"), type="tertiary", on_click=select, args=(dataset, EVERYTHING))
        choose_classes(dataset)
        if not len(found.indices):
            return
        correct = chosen.true is not None and chosen.true == chosen.predicted
        if len(found.indices) == 1:
            st.caption(_("Press it to open it."))
        elif correct:
            st.caption(_("Least confident first. Press an image to open it."))
        else:
            st.caption(_("Most confident first. Press an image to open it."))
        number = _show_images(dataset, found)
    if number is not None:
        open_image(choice, found.indices[:MOST_IMAGES].tolist(), number)


def gallery_heading(dataset: Dataset, chosen: Selection, count: int) -> str:
    """Return how many images of which kind are shown, as Markdown: "4 read as 9: 1 image"."""
    if chosen == EVERYTHING:
        if count > MOST_IMAGES:
            return _("{most:,} of {count:,} mispredictions", most=MOST_IMAGES, count=count)
        alone = {0: _("No mispredictions"), 1: _("The only misprediction"), 2: _("Both mispredictions")}
        return alone.get(count, _("All {count:,} mispredictions", count=count))
    true, read = (None if label is None else for_markdown(dataset.class_names[label]) for label in chosen)
    if chosen.true == chosen.predicted:
        what = _("{true} read correctly", true=true)
    elif chosen.predicted is None:
        what = _("{true} misread", true=true)
    else:
        what = (
            _("{true} read as {read}", true=true, read=read) if true is not None else _("Misread as {read}", read=read)
        )
    if count > MOST_IMAGES:
        return _("{what}: {most:,} of {count:,} images", what=what, most=MOST_IMAGES, count=count)
    images = _(counted(count, "image")) if count else _("no images")
    return f"{what}: {images}"


def _found(dataset: Dataset, probabilities: NDArray[np.float32], chosen: Selection) -> Predictions:
    if chosen.true is not None and chosen.true == chosen.predicted:
        return evaluation.correct_predictions(probabilities, dataset.test_labels, chosen.true)
    return evaluation.mispredictions(probabilities, dataset.test_labels).only(*chosen)


def _show_images(dataset: Dataset, found: Predictions) -> int | None:
    """Show the first images; return the number of the one that was just pressed."""
    rows = list(zip(found.indices, found.true, found.predicted, found.confidence, strict=True))[:MOST_IMAGES]
    names, say = dataset.class_names, translator()
    return gallery_of_buttons(
        dataset.test_images[found.indices[:MOST_IMAGES]],
        [
            say(
                marked("{true} read as {read}\n{confidence}"),
                true=names[true],
                read=names[read],
                confidence=percent(confidence, 1),
            )
            for _index, true, read, confidence in rows
        ],
        [
            say(
                marked("Test image {index}: {name}, read as {read} with {confidence} confidence"),
                index=index,
                name=with_article(names[true]),
                read=names[read],
                confidence=percent(confidence, 1),
            )
            for index, true, read, confidence in rows
        ],
        found.indices[:MOST_IMAGES].tolist(),
        gallery_columns.MISPREDICTIONS,
        key="gallery_images",
    )
