"""Cached readers of the core, shared by all visits. Do not change what they return."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import MNIST_SHA256, Dataset
from mnist_core.data.background_download import BackgroundDownload
from mnist_core.data.cache import DatasetCache
from mnist_core.data.fashion_mnist import FASHION_MNIST
from mnist_core.errors import UserError
from mnist_core.evaluation.measurement import RunScores
from mnist_core.evaluation.neighbours import HiddenOutputs
from mnist_core.evaluation.wrong_labels import WrongLabels, read_wrong_labels
from mnist_core.ledger import frame_of
from mnist_core.model.numpy_network import Network
from mnist_core.runs import (
    BulkOperations,
    DatasetInfo,
    DatasetStore,
    HandwritingStore,
    History,
    JobQueue,
    Run,
    RunNotFound,
    RunStore,
)
from mnist_core.runs.bulk_operations import Version
from mnist_core.runs.handwriting.learned import learned_drawings
from mnist_core.runs.run_scores import scores_of
from mnist_core.runs.sweeps.store import SweepStore
from pages.shared.periods import period

WATCH_SECONDS = 60.0
STARTER = "starter"
"""Stands for the network that comes with the app wherever a run's number is expected."""


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """Return the run store. Raises `StoreError` if it cannot be opened."""
    return RunStore.open()


def run(number: int) -> Run:
    """Return a run that was not deleted; `number` may come from an address. Raises `RunNotFound`."""
    found = store().run(number)
    if found.deleted_at is not None:
        raise RunNotFound("Run {run} was deleted.", run=found.id)
    return found


def watch_run(run_id: int) -> None:
    """Record that somebody is watching a run: watched runs are trained first. Writes once a minute."""
    _watch_run(run_id, period(WATCH_SECONDS, share=run_id))


@st.cache_resource(max_entries=1024, show_spinner=False)
def _watch_run(run_id: int, period: int) -> None:
    store().watch(run_id)


def watch_sweep(sweep_id: int) -> None:
    """Record that somebody is watching a sweep, likewise."""
    _watch_sweep(sweep_id, period(WATCH_SECONDS, share=sweep_id))


@st.cache_resource(max_entries=1024, show_spinner=False)
def _watch_sweep(sweep_id: int, period: int) -> None:
    sweeps().watch(sweep_id)


def jobs() -> JobQueue:
    """Return the jobs of the run store: exports and imports that workers make."""
    return JobQueue(store())


def sweeps() -> SweepStore:
    """Return the sweeps of the run store."""
    return SweepStore(store())


def dataset_store() -> DatasetStore:
    """Return the datasets of the run store."""
    return DatasetStore(store())


def dataset_of(run: Run) -> DatasetInfo:
    """Return what is known of the images of a run, which stays as it is as long as there is the run.

    Raises `DatasetError` if this program cannot read it.
    """
    return _info(run.dataset_sha256)


@st.cache_resource(max_entries=256, show_spinner=False)
def _info(sha256: str) -> DatasetInfo:
    return dataset_store().info(sha256)


def handwriting() -> HandwritingStore:
    """Return the handwriting sets of the run store."""
    return HandwritingStore(store())


@st.cache_data(max_entries=32, show_spinner=False)
def drawings_in(sha256: str) -> frozenset[bytes]:
    """Return the drawings that were mixed into a dataset, each as its 784 bytes."""
    return frozenset(image.tobytes() for image in dataset_store().drawings_in(sha256))


def learned_by(run: Run | None) -> frozenset[bytes] | None:
    """Return the drawings that the network of a run, or the starter network for None, has learned from.

    Those of the runs that it started from are among them. None if nobody knows.
    """
    return learned_drawings(run, drawings_in, store().run)


@st.cache_resource(show_spinner=False)
def _kept_datasets() -> DatasetCache:
    return DatasetCache(lambda sha256: dataset_store().load(sha256))


def dataset(sha256: str = MNIST_SHA256) -> Dataset:
    """Return a dataset by its sha256, by default MNIST. Raises `DatasetError` if it is missing or damaged."""
    if sha256 in _kept_datasets():
        return _kept_datasets().get(sha256)
    with st.spinner("Loading the images …"):
        return _kept_datasets().get(sha256)


def stored_dataset(sha256: str) -> Dataset:
    """Return the same where no page is drawn. Raises `DatasetError`."""
    return _kept_datasets().get(sha256)


@st.cache_resource(show_spinner=False)
def fashion_mnist_download() -> BackgroundDownload:
    """Return the one download of Fashion-MNIST that all visits share."""
    return BackgroundDownload(FASHION_MNIST, lambda images: dataset_store().add(images))


@st.cache_resource(max_entries=64, show_spinner=False)
def history(run_id: int, updated_at: float) -> History:
    """Return the progress of a run as it was when it was `updated_at` (which only serves as a key of the cache)."""
    return store().history(run_id)


class NetworkAt(NamedTuple):
    """The network of a run, or the starter network: its run, and the number of batches; 0 for the starter."""

    source: int | str
    step: int
    network: Network


def network(source: int | str) -> NetworkAt:
    """Return the newest network of a run, or the starter, from a cache.

    While a run is in training, its own step is ahead of that of its newest network. Raises `RunNotFound`,
    `NoNetworkYet`, `DamagedBlob` or `NetworkError`.
    """
    return _network(source, 0 if isinstance(source, str) else store().network_step(source))


@st.cache_resource(max_entries=64, show_spinner=False)
def _network(source: int | str, at_least: int) -> NetworkAt:
    if isinstance(source, str):
        return NetworkAt(source, 0, Network.load(source))
    data, step = store().network_and_step(source)
    return NetworkAt(source, step, Network.from_bytes(data))


def starting_network(run: Run) -> Network | None:
    """Return the network from whose weights a run started, from a cache; None for random ones. Raises `DamagedBlob`."""
    return None if run.parent is None else _starting_network(run.parent.sha256, run)


@st.cache_resource(max_entries=32, show_spinner=False)
def _starting_network(sha256: str, _run: Run) -> Network:
    return Network.from_bytes(store().starting_network(_run) or b"")


# Streamlit does not hash arguments with an underscore. What is found out about an ended run is cached under the time of
# its last change, so that nothing need be read to find it again; that of any other network under the network's step,
# behind which that of its run is ahead.


def right_answers(run: Run) -> NDArray[np.bool_]:
    """Return for each test image whether the newest network of a run reads it correctly: (n,).

    Raises the same errors as `network`.
    """
    return _right_answers(run.id, run.updated_at, run)


@st.cache_resource(max_entries=1024, show_spinner="Reading the test images …")
def _right_answers(run_id: int, updated_at: float, _run: Run) -> NDArray[np.bool_]:
    images = dataset(_run.dataset_sha256)
    return network(run_id).network.predict(images.test_images).argmax(axis=1) == images.test_labels


@st.cache_resource(max_entries=256, show_spinner=False)
def _reading(run_id: int, updated_at: float, _run: Run) -> RunScores:
    return scores_of(_run, network(run_id).network, _kept_datasets().get(_run.dataset_sha256))


def reading(run: Run) -> RunScores | None:
    """Return the scores of the network of an ended run; None while a worker holds the run, or without a network.

    Scores that are not in the store are computed here, which takes some 0.2 s, and cached for all visits.
    """
    if run.imported or not run.step or not run.state.ended or run.leased:
        return None
    with suppress(UserError):
        return _reading(run.id, run.updated_at, run)
    return None


class AllRuns(NamedTuple):
    """Everyone's runs, newest first, and the same as the ledger's frame. Shared by all visits: not to be changed."""

    runs: list[Run]
    frame: pd.DataFrame


def all_runs() -> AllRuns:
    """Return all runs; they are read again only if something about them has changed."""
    return _all_runs(store().url, BulkOperations(store()).version())


@st.cache_resource(max_entries=2, show_spinner=False)
def _all_runs(url: str, version: Version) -> AllRuns:
    runs = store().runs()
    return AllRuns(runs, frame_of(runs, BulkOperations(store()).best_tests(), dataset_store().classes()))


def test_probabilities(of: NetworkAt, sha256: str) -> NDArray[np.float32]:
    """Return the class probabilities (n, classes) of a network for the test images of a dataset."""
    return _test_probabilities(of.source, of.step, sha256, of.network)


@st.cache_resource(max_entries=32, show_spinner="Reading the test images …")
def _test_probabilities(source: int | str, step: int, sha256: str, _network: Network) -> NDArray[np.float32]:
    return _network.predict(dataset(sha256).test_images)


def wrong_labels(of: NetworkAt, run: Run) -> WrongLabels | None:
    """Return what a network makes of the labels that label noise made wrong, from a cache; None if there are none."""
    return _wrong_labels(of.source, of.step, of.network, run)


@st.cache_resource(max_entries=32, show_spinner="Reading the images with wrong labels …")
def _wrong_labels(source: int | str, step: int, _network: Network, _run: Run) -> WrongLabels | None:
    return read_wrong_labels(_network, _run.config, stored_dataset(_run.dataset_sha256))


def hidden_outputs(of: NetworkAt, learned: NDArray[np.uint8]) -> HiddenOutputs:
    """Return the outputs of the last hidden layer for the images that a network learned from, from a cache.

    31 MB for 256 units and 60,000 images.
    """
    return _hidden_outputs(of.source, of.step, of.network, learned)


@st.cache_resource(max_entries=2, show_spinner="Running the training images through the network …")
def _hidden_outputs(source: int | str, step: int, _network: Network, _learned: NDArray[np.uint8]) -> HiddenOutputs:
    return HiddenOutputs.of(_network, _learned)
