"""Cached readers: what pages need of the core, loaded once and shared by all visits. Nothing here is ever changed."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Dataset, load_dataset
from mnist_core.network import Network
from mnist_core.runs import History, JobQueue, RunStore
from mnist_core.runs.sweeps import Sweeps

STARTER = "starter"
"""Stands for the network that comes with the app wherever a run's number is expected."""


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """Return the run store. Raises `StoreError` if it cannot be opened."""
    return RunStore.open()


def jobs() -> JobQueue:
    """Return the jobs of the run store: exports and imports that workers make."""
    return JobQueue(store())


def sweeps() -> Sweeps:
    """Return the sweeps of the run store."""
    return Sweeps(store())


@st.cache_resource(show_spinner="Loading the images …")
def dataset() -> Dataset:
    """Return MNIST. Raises `DatasetError` if it is missing or damaged."""
    return load_dataset()


@st.cache_resource(max_entries=64, show_spinner=False)
def history(run_id: int, step: int) -> History:
    """Return the progress of a run as it was at `step` (which only tells the cache old from new)."""
    return store().history(run_id)


@st.cache_resource(max_entries=64, show_spinner=False)
def network(source: int | str, step: int) -> Network:
    """Return the network of a run as it was at `step` (which only tells the cache old from new), or the starter."""
    if isinstance(source, str):
        return Network.load(source)
    return Network.from_bytes(store().network_bytes(source))


@st.cache_resource(max_entries=32, show_spinner="Reading the test images …")
def test_probabilities(source: int | str, step: int) -> NDArray[np.float32]:
    """Return the class probabilities (10000, 10) of the network above for the test images."""
    return network(source, step).predict(dataset().test_images)
