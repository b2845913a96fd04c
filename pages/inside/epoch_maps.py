"""Maps of test images by one layer, after some of the epochs of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.embedding.image_map import pca_maps
from mnist_core.embedding.layers import layer_names, layer_outputs
from mnist_core.embedding.same_class import share_of_same_class
from mnist_core.model.numpy_network import softmax
from mnist_core.runs.epoch_store import EpochStore
from pages.inside.layer_maps import images_of, variance_shown
from pages.inside.map_frames import Maps, frame_of, how_far_apart
from pages.shared import services
from pages.shared.network_picker import ChosenNetwork
from pages.visit import session

MOST = 6
"""The most epochs that are mapped: evenly spaced ones, with the first and the last."""
_LAYER = "inside_map_layer"


def epochs_to_map(choice: ChosenNetwork) -> list[int]:
    """Return the epochs whose maps can be made, 0 is the time before the first step; [] if there are fewer than two."""
    if choice.run is None:
        return []
    stored = EpochStore(services.store()).with_network(choice.run.id)
    if len(stored) < 2:
        return []
    places = np.linspace(0, len(stored) - 1, min(MOST, len(stored))).round().astype(int)
    return [stored[place] for place in places]


def epoch_maps(choice: ChosenNetwork, epochs: Sequence[int]) -> Maps:
    """Let people choose a layer, and return its maps after the epochs, each turned onto the one before."""
    names = layer_names(choice.network)[1:]  # the pixels are the same in all epochs
    if session.widget(_LAYER, "") not in names:
        session.set_widget(_LAYER, names[max(0, len(names) - 2)])
    name = st.segmented_control("Layer", names, required=True, key=_LAYER, label_visibility="collapsed")
    run_id = 0 if choice.run is None else choice.run.id
    return _epoch_maps(run_id, tuple(epochs), 1 + names.index(name or names[-1]), choice)


@st.cache_resource(max_entries=16, show_spinner="Drawing the maps …")
def _epoch_maps(run_id: int, epochs: tuple[int, ...], layer: int, _choice: ChosenNetwork) -> Maps:
    images = images_of(_choice)
    pictures = _choice.dataset.test_images[images.numbers]
    store = EpochStore(services.store())
    found = {epoch: network for epoch in epochs if (network := store.network(run_id, epoch)) is not None}
    outputs = [layer_outputs(network, pictures) for network in found.values()]
    layers = pca_maps([of_network[layer] for of_network in outputs])
    titles = ["Before training" if epoch == 0 else f"Epoch {epoch}" for epoch in found]
    frames = [
        frame_of(title, each.positions, softmax(of_network[-1]), images, variance_shown(each))
        for title, each, of_network in zip(titles, layers, outputs, strict=True)
    ]
    shares = [share_of_same_class(of_network[layer], images.labels) for of_network in outputs]
    return Maps(images, frames, len(frames) - 1, how_far_apart(titles, shares))
