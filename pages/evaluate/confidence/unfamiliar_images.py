"""Noise, letters, blank and inverted images, and as what a network reads them all the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.evaluation.unfamiliar_images import Reading, read_unfamiliar_images
from mnist_core.model.numpy_network import Network
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import percent
from pages.components.gallery import gallery_columns
from pages.shared import services
from pages.shared.followed_drawings import PRESS, gallery_of_drawings
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import _

SHOWN = {"Noise": 10, "Inverted": 5}
"""How many images of a kind are shown, if not all."""
MAJORITY = 0.5


def show_unfamiliar_images(network: ChosenNetwork, threshold: float) -> None:
    """Show what a network reads in images unlike all that it learned from, and what it would answer above a threshold.

    `threshold` is one on confidence, 0 to 1.
    """
    noun, names = network.dataset.noun, network.dataset.class_names
    st.header(
        _("Images unlike any that it learned from"),
        help=_(
            "Softmax distributes 100 % over the {number} classes, and none of them is “none of these”. Source: "
            "Hendrycks and Gimpel, A baseline for detecting misclassified and out-of-distribution examples in neural "
            "networks, 2017.",
            number=len(names),
        ),
    )
    look = _("Whatever it is shown, the network names a {noun}. Look at how confident it is.", noun=_(noun))
    st.caption(f"{look} {_(PRESS)}")
    readings = _readings(network.source, network.step, network.dataset_sha256, network.network)
    with st.container(key="unfamiliar_images"):
        for pair in (readings[:2], readings[2:]):
            for column, reading in zip(st.columns(2, gap="large"), pair, strict=False):
                with column:
                    _show_kind(network, reading, threshold)


@st.cache_resource(max_entries=32, show_spinner=False)
def _readings(source: int | str, step: int, sha256: str, _network: Network) -> list[Reading]:
    return read_unfamiliar_images(_network, services.dataset(sha256))


def _show_kind(network: ChosenNetwork, reading: Reading, threshold: float) -> None:
    names = network.dataset.class_names
    kind, images, shows, _labels = reading.of
    shown = slice(SHOWN.get(kind))
    st.markdown(f"**{_(kind)}**: {_summary(reading, names, threshold)}")
    read = [(names[label], percent(it, 0)) for label, it in zip(reading.predicted, reading.confidence, strict=True)]
    gallery_of_drawings(
        network.run,
        images[shown],
        [_("read as {name}", name=name) + f"\n{confidence}" for name, confidence in read[shown]],
        [
            _(
                "{what}, read as {name} with {confidence} confidence",
                what=_(what),
                name=name,
                confidence=confidence,
            )
            for what, (name, confidence) in zip(shows[shown], read[shown], strict=True)
        ],
        gallery_columns.UNFAMILIAR_IMAGES,
        key=f"unfamiliar_{kind}",
    )


def _summary(reading: Reading, names: Sequence[str], threshold: float) -> str:
    """Say how confident the network is, what it reads most often, and what it would answer above the threshold."""
    label, share = reading.most_frequent
    mean, above = float(reading.confidence.mean()), int((reading.confidence >= threshold).sum())
    values = {"confidence": percent(mean, 0), "name": for_markdown(names[label])}
    if share > MAJORITY:
        said = _("{confidence} confident on average, mostly read as {name}", **values)
    else:
        said = _("{confidence} confident on average, most often read as {name}", **values)
    if (right := reading.of.labels) is not None:
        said += _(", {share} correctly", share=percent(float(np.mean(right == reading.predicted)), 0))
    answered = {"answered": above, "number": len(reading.confidence)}
    return said + ". " + _("With the threshold, it would answer {answered:,} of {number:,}.", **answered)
