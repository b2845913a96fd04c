"""The stored epochs of runs: from a cache, and in words why there are none."""

from __future__ import annotations

import streamlit as st

from mnist_core.evaluation.ended_epoch import EpochPredictions
from mnist_core.evaluation.through_epochs import EpochChanges, changes_of
from mnist_core.model.numpy_network import Network
from mnist_core.runs import Run, State
from mnist_core.runs.epoch_store import EpochStore
from pages.shared import services
from pages.visit.language import _


def epoch_store() -> EpochStore:
    """Return the epochs of the run store."""
    return EpochStore(services.store())


def at_rest(run: Run) -> bool:
    """Whether no epochs will come unless somebody trains the run further."""
    return run.state.ended and not run.leased


def why_no_epochs(run: Run | None, what: str) -> str:
    """Return a sentence on why nothing is stored of the epochs of a run (None: the starter). `what` is missing."""
    missing = _(what)
    if run is None:
        return _(
            "The starter network comes without the {what} of its epochs. Train your own network to see them.",
            what=missing,
        )
    if run.imported:
        return _("Run {run} was imported, without the {what} of its epochs.", run=run.id, what=missing)
    if run.sweep_id is not None and run.test_accuracy is None:
        return _(
            "Run {run} belongs to a sweep, which compares by validation images: no {what} of its epochs are stored.",
            run=run.id,
            what=missing,
        )
    if not at_rest(run) and run.state is not State.PAUSED and not run.epochs_done:
        return _("The {what} appear here at the end of the first epoch.", what=missing)
    if not run.epochs_done:
        return _("Run {run} has not finished an epoch.", run=run.id)
    if run.fixed_length or run.sweep_id is not None:
        return _(
            "The {what} of the epochs of run {run} are not stored (any more). Train again with the same settings to "
            "store them.",
            run=run.id,
            what=missing,
        )
    return _(
        "The {what} of the epochs of run {run} are not stored: an earlier version trained it, or they made room "
        'for other runs. Train again with the same settings to store them; "+1 epoch" stores those that follow.',
        run=run.id,
        what=missing,
    )


# Cached by the newest epoch: an epoch that is trained again is the same.


@st.cache_resource(max_entries=16, show_spinner=False)
def predictions(run_id: int, newest: int) -> list[EpochPredictions]:
    """Return the predictions of a run for the test images, epoch by epoch, up to the `newest`."""
    return [it for it in epoch_store().predictions(run_id) if it.epoch <= newest]


@st.cache_resource(max_entries=16, show_spinner=False)
def changes(run_id: int, newest: int, sha256: str) -> list[EpochChanges]:
    """Return how the predictions of a run change from epoch to epoch, up to the `newest`.

    Predictions of another number of images than the dataset has are damaged, and left out.
    """
    dataset = services.stored_dataset(sha256)
    labels, classes = dataset.test_labels, len(dataset.class_names)
    whole = [
        it for it in predictions(run_id, newest) if len(it.predicted) == len(labels) and it.predicted.max() < classes
    ]
    return changes_of(whole, labels, classes)


@st.cache_resource(max_entries=8, show_spinner=False)
def network_after(run_id: int, epoch: int) -> Network | None:
    """Return the stored network of a run after an epoch; None if there is none."""
    return epoch_store().network(run_id, epoch)
