"""The accuracies of a network before and after a run that started from its weights, in a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.errors import UserError
from mnist_core.model.numpy_network import Network
from mnist_core.runs import STARTER, HandwritingSet, Parent, Run
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import percent
from pages.shared import services
from pages.shared.handwriting_score import in_words, read_set
from pages.visit.language import _

_UNKNOWN = "–"


def show_before_and_after(run: Run, sets: Sequence[HandwritingSet]) -> None:
    """Show the accuracy of a run's network and of the one that it started from, on test images and handwriting sets.

    Nothing is shown of a run that started from random weights. Raises `UserError` if the network cannot be read.
    """
    start = services.starting_network(run)
    if start is None or run.parent is None:
        return
    heads = ["", _("Test images"), *(for_markdown(it.name) for it in sets)]
    network = services.network(run.id).network
    before, after = [_UNKNOWN], [_UNKNOWN]
    if run.test_accuracy is not None:  # a sweep tests only its best
        before, after = [_tested(run, start)], [percent(run.test_accuracy)]
    learned_before, learned = _learned_by_parent(run.parent), services.learned_by(run)
    before += [in_words(read_set(start, learned_before, it)) for it in sets]
    after += [in_words(read_set(network, learned, it)) for it in sets]
    title = run.parent.in_words
    rows = [
        heads,
        ["---"] * len(heads),
        [_("**Before**: {network}", network=title), *before],
        [_("**After**: run {run}", run=run.id), *after],
    ]
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))


def _tested(run: Run, network: Network) -> str:
    images = services.dataset(run.dataset_sha256)
    right = network.predict(images.test_images).argmax(axis=1) == images.test_labels
    return percent(float(np.mean(right)))


def _learned_by_parent(parent: Parent) -> frozenset[bytes] | None:
    """Return the drawings that a parent has learned from; None if nobody knows, as when its run is gone."""
    if parent.id == STARTER:
        return services.learned_by(None)
    try:
        return services.learned_by(services.store().run(parent.id))
    except UserError:
        return None
