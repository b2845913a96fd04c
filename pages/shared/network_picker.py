"""Choosing a network: one run's newest or the starter network, or several to compare."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST_SHA256, Dataset
from mnist_core.data.examples import Examples, training_examples
from mnist_core.errors import UserError
from mnist_core.evaluation.neighbours import HiddenOutputs
from mnist_core.evaluation.wrong_labels import WrongLabels
from mnist_core.model.numpy_network import Network
from mnist_core.model.starter import starter
from mnist_core.runs import Run
from mnist_core.text.escape import clean
from mnist_core.text.words import percent
from pages.shared import services
from pages.shared.current_run import current_run, run_title
from pages.shared.messages import in_words, show_info
from pages.shared.synced_selectbox import synced_selectbox
from pages.visit import session
from pages.visit.language import _

MOST_NETWORKS = 8
"""The number of networks that can be compared at a glance."""


@dataclass(frozen=True)
class ChosenNetwork:
    """A network to look at: a run's newest, or the one that comes with the app, where `run` is None."""

    run: Run | None
    label: str

    @property
    def name(self) -> str:
        """What it is called in sentences: "run 12", "the starter network"."""
        return _("the starter network") if self.run is None else _("run {run}", run=self.run.id)

    @property
    def test_accuracy(self) -> float | None:
        """Its accuracy on the test images, 0 to 1, without reading them; None if it is not known."""
        return starter().test_accuracy if self.run is None else self.run.test_accuracy

    @property
    def source(self) -> int | str:
        """What it is called in caches: the number of its run, or `services.STARTER`."""
        return services.STARTER if self.run is None else self.run.id

    @property
    def network(self) -> Network:
        """The network, from a cache. Raises `DamagedBlob` or `NetworkError`."""
        return self._newest.network

    @property
    def test_probabilities(self) -> NDArray[np.float32]:
        """Its class probabilities for the test images, (n, classes), from a cache."""
        return services.test_probabilities(self._newest, self.dataset_sha256)

    @property
    def dataset(self) -> Dataset:
        """The images that it learned from. Raises `DatasetError` if they are gone."""
        return services.dataset(self.dataset_sha256)

    @property
    def dataset_sha256(self) -> str:
        """Which images it learned from."""
        return MNIST_SHA256 if self.run is None else self.run.dataset_sha256

    @cached_property
    def learned(self) -> Examples:
        """The training images that it learned from."""
        return training_examples(TrainConfig() if self.run is None else self.run.config, self.dataset)

    @property
    def hidden_outputs(self) -> HiddenOutputs:
        """The outputs of its last hidden layer for the images that it learned from, from a cache."""
        return services.hidden_outputs(self._newest, self.learned.images)

    @property
    def wrong_labels(self) -> WrongLabels | None:
        """What it makes of the labels that label noise made wrong, from a cache; None if there are none."""
        return None if self.run is None else services.wrong_labels(self._newest, self.run)

    @property
    def step(self) -> int:
        """The number of batches after which the run had this network."""
        return self._newest.step

    @cached_property
    def _newest(self) -> services.NetworkAt:
        """The newest network, read once: all properties are about the same one, even if the run continues."""
        return services.network(self.source)


def choose_network(said: DeltaGenerator | None = None) -> ChosenNetwork:
    """Let people choose whose network this page is about; starts with the run that they looked at last.

    If the address asks for a run that has no network, that is said in the container `said`, or here.
    """
    by_id: dict[int | str, Run] = {run.id: run for run in _with_network()}
    with said or st.container():
        current = current_run()
        _say_if_without_network(current, by_id)
    chosen: int | str = current.id if current is not None and current.id in by_id else services.STARTER
    if session.get("starter", False) and session.run_in_address() is None:
        chosen = services.STARTER
    options: list[int | str] = [*by_id, services.STARTER]
    labels = {option: _label(by_id.get(option)) for option in options}
    picked = synced_selectbox(
        _("Network"),
        options,
        chosen,
        key="network",
        format_func=labels.__getitem__,
        help=_(
            "Your own runs come first, then everyone else's, then the starter network, which comes with the "
            "app. Train a new one on the Train page."
        ),
    )
    run = by_id.get(picked)
    session.put("starter", run is None)
    session.select_run(run.id if run else None)
    return ChosenNetwork(run, _label(run))


def turn_to_starter() -> None:
    """Let `choose_network` start with the starter network while the address asks for no run."""
    session.put("starter", True)


def _say_if_without_network(current: Run | None, with_network: Container[int | str]) -> None:
    """Say that the run of the address has no network, since the page shows the starter network in its place."""
    if current is None or current.id != session.run_in_address() or current.id in with_network:
        return
    try:
        services.store().network_step(current.id)
    except UserError as error:
        show_info(_("{reason} This page shows the starter network.", reason=in_words(error)), ":material/info:")


def starter_network() -> ChosenNetwork:
    """Return the network that comes with the app."""
    return ChosenNetwork(None, _label(None))


def choose_networks(label: str, key: str, default: ChosenNetwork, most: int = MOST_NETWORKS) -> list[ChosenNetwork]:
    """Let people choose some networks, this page's (`default`) and the starter to begin with; at most `most`.

    Only those are offered that tell the same classes apart.
    """
    names = default.dataset.class_names
    alike = {info.sha256 for info in services.dataset_store().all() if info.class_names == names}
    by_id: dict[int | str, Run] = {run.id: run for run in _with_network() if run.dataset_sha256 in alike}
    start: int | str = default.run.id if default.run else services.STARTER
    options = [*by_id, services.STARTER] if MNIST_SHA256 in alike else [*by_id]
    labels = {option: _label(by_id.get(option)) for option in options}
    picked = st.multiselect(
        label,
        options,
        default=[option for option in dict.fromkeys([start, services.STARTER]) if option in options],
        format_func=labels.__getitem__,
        max_selections=most,
        placeholder=_("Choose"),
        persist_state="session",
        key=f"{key}_{'_'.join(names)}",  # of other classes, other networks were chosen
    )
    return [ChosenNetwork(by_id.get(option), _label(by_id.get(option))) for option in picked]


def network_of(run_id: int | None) -> ChosenNetwork:
    """Return the network of a run, or the starter network for None. Raises `RunNotFound`."""
    run = None if run_id is None else services.store().run(run_id)
    return ChosenNetwork(run, _label(run))


def networks_on_same_images(choice: ChosenNetwork) -> list[ChosenNetwork]:
    """Return the other networks with the same test images: one's own first, the starter network last.

    Datasets with drawings mixed in have the test images of the dataset without them.
    """
    bases = {info.sha256: info.base_sha256 for info in services.dataset_store().all()}
    base = bases.get(choice.dataset_sha256, choice.dataset_sha256)
    runs: list[Run | None] = [it for it in _with_network() if bases.get(it.dataset_sha256) == base]
    found = [ChosenNetwork(it, _label(it)) for it in (*runs, *([None] if base == MNIST_SHA256 else []))]
    return [it for it in found if it.source != choice.source]


def _with_network() -> list[Run]:
    """Return the runs that have a network by now: this browser's first, newest first.

    A run may be some steps on before the first one is written.
    """
    there = services.store().with_network()
    runs = [run for run in services.store().runs() if run.id in there]
    return sorted(runs, key=lambda run: (run.owner != session.owner(), -run.id))


def _label(run: Run | None) -> str:
    if run is None:
        known = starter()
        return _(
            "Starter network: {settings} · {accuracy} on the test images",
            settings=_(known.config.describe()),
            accuracy=percent(known.test_accuracy),
        )
    accuracy = (
        ""
        if run.test_accuracy is None
        else " · " + _("{accuracy} on the test images", accuracy=percent(run.test_accuracy))
    )
    by = f" · {clean(run.nickname)}" if run.nickname and run.owner != session.owner() else ""
    return f"{run_title(run)}{accuracy}{by}"
