"""Maps of test images by one layer, after some of the epochs of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from mnist_core.analyses import tsne_names
from mnist_core.embedding.image_map import PcaMap, pca_maps
from mnist_core.embedding.layers import layer_names, layer_outputs
from mnist_core.embedding.same_class import share_of_same_class
from mnist_core.model.numpy_network import Network, softmax
from pages.inside.layer_map.layer_map import Frame, MappedImages
from pages.inside.layer_maps import Drawing, by_tsne, images_of, variance_shown
from pages.inside.map_frames import Maps, frame_of, how_far_apart, with_drawing
from pages.shared.analysis_job import Ask, analyses, request_for
from pages.shared.network_picker import ChosenNetwork
from pages.shared.stored_epochs import epoch_store, network_after
from pages.visit import session

MOST = 6
"""The most epochs that are mapped: evenly spaced ones, with the first and the last."""
_LAYER = "inside_map_layer"
_ASK = Ask("Make the maps by t-SNE", "A worker makes them, in some 10 seconds for each epoch.")


def epochs_to_map(choice: ChosenNetwork) -> list[int]:
    """Return the epochs whose maps can be made, 0 is the time before the first step; [] if there are fewer than two."""
    if choice.run is None:
        return []
    stored = epoch_store().with_network(choice.run.id)
    if len(stored) < 2:
        return []
    places = np.linspace(0, len(stored) - 1, min(MOST, len(stored))).round().astype(int)
    return [stored[place] for place in places]


class _ByPca(NamedTuple):
    """The maps of a layer, the epochs that they are of, and what places other images on them."""

    maps: Maps
    epochs: list[int]
    places: list[PcaMap]


def epoch_maps(choice: ChosenNetwork, epochs: Sequence[int], drawing: Drawing | None) -> Maps:
    """Let people choose a layer, and return its maps after the epochs, each turned onto the one before.

    A picture from another page, if any, is on each.
    """
    layer = _choose_layer(choice)
    run_id = 0 if choice.run is None else choice.run.id
    found = _epoch_maps(run_id, tuple(epochs), layer, choice)
    if drawing is None:
        return found.maps
    placed = [
        _with_drawing(frame, network_after(run_id, epoch), layer, place, drawing, found.maps.images)
        for frame, epoch, place in zip(found.maps.frames, found.epochs, found.places, strict=True)
    ]
    return found.maps._replace(frames=placed)


def _choose_layer(choice: ChosenNetwork) -> int:
    """Let people choose a layer, at first the last hidden one; return its place in `layer_outputs`."""
    names = layer_names(choice.network)[1:]  # the pixels are the same in all epochs
    if session.widget(_LAYER, "") not in names:
        session.set_widget(_LAYER, names[max(0, len(names) - 2)])
    name = st.segmented_control("Layer", names, required=True, key=_LAYER, label_visibility="collapsed")
    return 1 + names.index(name or names[-1])


def tsne_epoch_maps(choice: ChosenNetwork, epochs: Sequence[int]) -> Maps:
    """Offer the maps of a layer after the epochs by t-SNE, and return them; those by PCA until they are there."""
    layer = _choose_layer(choice)
    found = _epoch_maps(0 if choice.run is None else choice.run.id, tuple(epochs), layer, choice)
    request = request_for(choice, tsne_names.EPOCHS, {"layer": layer, "epochs": found.epochs})
    expected = (len(found.epochs), len(found.maps.images.numbers), 2)
    results = analyses(
        [request],
        _ASK,
        key=f"inside_tsne_epochs_{layer}",
        fits=lambda arrays: arrays["positions"].shape == expected,
    )
    if not results:
        return found.maps
    return by_tsne(found.maps, results[0].arrays["positions"])


def _with_drawing(
    frame: Frame, network: Network | None, layer: int, place: PcaMap, drawing: Drawing, images: MappedImages
) -> Frame:
    """Return the map of a layer with the picture from another page; without it if the network was deleted meanwhile."""
    if network is None:
        return frame
    outputs = layer_outputs(network, drawing[None])
    return with_drawing(frame, place.place(outputs[layer])[0], softmax(outputs[-1])[0], images)


@st.cache_resource(max_entries=16, show_spinner="Drawing the maps …")
def _epoch_maps(run_id: int, epochs: tuple[int, ...], layer: int, _choice: ChosenNetwork) -> _ByPca:
    images = images_of(_choice)
    pictures = _choice.dataset.test_images[images.numbers]
    found = {epoch: network for epoch in epochs if (network := network_after(run_id, epoch)) is not None}
    outputs = [layer_outputs(network, pictures) for network in found.values()]
    layers = pca_maps([of_network[layer] for of_network in outputs])
    titles = ["Before training" if epoch == 0 else f"Epoch {epoch}" for epoch in found]
    frames = [
        frame_of(title, each.positions, softmax(of_network[-1]), images, variance_shown(each))
        for title, each, of_network in zip(titles, layers, outputs, strict=True)
    ]
    shares = [share_of_same_class(of_network[layer], images.labels) for of_network in outputs]
    return _ByPca(Maps(images, frames, len(frames) - 1, how_far_apart(titles, shares)), list(found), layers)
