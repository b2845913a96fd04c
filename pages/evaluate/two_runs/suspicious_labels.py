"""Suspicious labels: test images that several different networks read alike, but not as their label says."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import streamlit as st

from mnist_core.errors import UserError
from mnist_core.evaluation.two_networks import CONFIDENT, FEWEST_NETWORKS, SuspiciousLabels, suspicious_labels
from mnist_core.text.words import counted, listed, percent, with_article
from pages.components.gallery import gallery_columns
from pages.components.gallery.buttons import gallery_of_buttons
from pages.evaluate.one_image import open_image
from pages.shared.network_picker import ChosenNetwork, networks_on_same_images
from pages.visit.language import _, ngettext

MOST_NETWORKS = 5


def show_suspicious_labels(network: ChosenNetwork) -> None:
    """Show the test images whose labels the most accurate networks contradict alike."""
    st.header(
        _("Suspicious labels"),
        help=_(
            "Test images that {fewest} to {most} networks read as the same other class, each with {confidence} "
            "confidence or more. The most accurate networks with different settings or seeds are asked, without "
            "fine-tuned and imported ones, which may go back to the same network. After Northcutt et al., Pervasive "
            "label errors in test sets destabilize machine learning benchmarks, 2021, who found 15 wrong labels in the "
            "test set of MNIST.",
            fewest=FEWEST_NETWORKS,
            most=MOST_NETWORKS,
            confidence=percent(CONFIDENT, 0),
        ),
    )
    asked = different_networks([network, *networks_on_same_images(network)])
    if len(asked) < FEWEST_NETWORKS:
        st.caption(
            ngettext(
                "This takes {fewest} networks that were trained here with different settings or seeds and tested on "
                "these images; so far there is {number}.",
                "This takes {fewest} networks that were trained here with different settings or seeds and tested on "
                "these images; so far there are {number}.",
                len(asked),
                fewest=FEWEST_NETWORKS,
            )
        )
        return
    found = suspicious_labels([it.test_probabilities for it in asked], network.dataset.test_labels)
    names = listed([it.name for it in asked])
    if not len(found.indices):
        st.caption(_("No label is contradicted by all of {names}.", names=names))
        return
    st.markdown(
        _(
            "{images} of which all {number} networks contradict the label ({names}). Look at each: who is right?",
            images=counted(len(found.indices), "image"),
            number=len(asked),
            names=names,
        )
    )
    number = _show_images(network, found)
    if number is not None:
        open_image(network, found.indices.tolist(), number)


def different_networks(networks: list[ChosenNetwork]) -> list[ChosenNetwork]:
    """Return those of the networks that learned independently of each other, at most `MOST_NETWORKS`.

    The most accurate ones are taken. Of several with the same settings and seed it takes one.
    """
    tested = sorted(networks, key=lambda it: -(it.test_accuracy or 0))
    different: dict[str, ChosenNetwork] = {}
    for it in tested:
        run = it.run
        if run is not None and (run.imported or run.parent is not None or run.test_accuracy is None):
            continue
        different.setdefault("starter" if run is None else run.config.to_json(), it)
    readable = (it for it in different.values() if _can_be_read(it))
    return [it for _, it in zip(range(MOST_NETWORKS), readable, strict=False)]


def _can_be_read(network: ChosenNetwork) -> bool:
    """Whether a network is there and its weights are finite: one damaged run must not hide what the others say."""
    with suppress(UserError):
        return bool(np.isfinite(network.test_probabilities).all())
    return False


def _show_images(network: ChosenNetwork, found: SuspiciousLabels) -> int | None:
    """Show the images; return the number of the one that was just pressed."""
    dataset, names = network.dataset, network.dataset.class_names
    rows = [
        (index, names[dataset.test_labels[index]], names[read], percent(confidence, 1))
        for index, read, confidence in zip(*found, strict=True)
    ]
    with st.container(key="suspicious_labels"):
        return gallery_of_buttons(
            dataset.test_images[found.indices],
            [_("label {label}\nread as {read}", label=label, read=read) for _index, label, read, _confidence in rows],
            [
                _(
                    "Test image {index}: labelled {label}, read as {read} by all, with {confidence} confidence on "
                    "average",
                    index=index,
                    label=with_article(label),
                    read=read,
                    confidence=confidence,
                )
                for index, label, read, confidence in rows
            ],
            found.indices.tolist(),
            gallery_columns.MISPREDICTIONS,
            key="suspicious_images",
        )
