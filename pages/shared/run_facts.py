"""The facts of a run from its curves, which hints and the answers of lessons begin with."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from mnist_core.data.examples import training_examples
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.evaluation.measurement import majority_class_accuracy
from mnist_core.runs import Run
from pages.shared import services


class _Images(NamedTuple):
    """What the rules need to know of a dataset; see `Facts`."""

    train_images: int
    classes: int
    baseline: float


@st.cache_resource(max_entries=256, show_spinner=False)
def _images(run_id: int, _run: Run) -> _Images:
    dataset = services.stored_dataset(_run.dataset_sha256)
    baseline = majority_class_accuracy(training_examples(_run.config, dataset).labels)
    return _Images(len(dataset.train_images), len(dataset.class_names), baseline)


def curves_of(run: Run) -> Facts:
    """Return what the curves of a run and its dataset tell. Raises `DatasetError` if that is missing."""
    images = _images(run.id, run)
    return Facts(run, services.history(run.id, run.updated_at), *images)
