"""Maps of test images for each layer of a network: by PCA in the web process, or by t-SNE, which a worker makes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.analyses import tsne_names
from mnist_core.embedding.image_map import PcaMap, Square, pca_maps
from mnist_core.embedding.layers import layer_names, layer_outputs
from mnist_core.embedding.pca import PrincipalComponents
from mnist_core.embedding.same_class import share_of_same_class
from mnist_core.embedding.sample import images_on_map, which_images
from mnist_core.text.words import percent
from pages.inside.layer_map.layer_map import MappedImages
from pages.inside.layer_map.sprite import sprite_address
from pages.inside.map_frames import Maps, frame_of, how_far_apart, with_drawing
from pages.shared import services
from pages.shared.analysis_job import Ask, analyses, request_for
from pages.shared.network_picker import ChosenNetwork

Drawing = NDArray[np.float32]

_ASK = Ask("Make the maps by t-SNE", "A worker makes them, in some 10 seconds for each layer.")
_ASK_PLACE = Ask("Place the picture", "t-SNE finds its place among the images.")
_DISTANCES = "How far groups lie from each other, and how large they are, means little by t-SNE."


class _ByPca(NamedTuple):
    """The maps by PCA, and what places other images on them."""

    maps: Maps
    layers: list[PcaMap]


class _Pixels(NamedTuple):
    """What the maps of all networks share: the components of the pixels, and the share of neighbours of the same class.

    For a network of 256 units, this is half of the work.
    """

    components: PrincipalComponents
    share: float


def pca_layers(choice: ChosenNetwork, drawing: Drawing | None) -> Maps:
    """Return the maps by PCA, with a picture from another page, if any, on each."""
    maps, layers = _pca_layers(services.STARTER if choice.run is None else choice.run.id, choice.step, choice)
    if drawing is None:
        return maps
    places = [
        layer.place(values)[0]
        for layer, values in zip(layers, layer_outputs(choice.network, drawing[None]), strict=True)
    ]
    return _placed(choice, maps, drawing, places)


def tsne_layers(choice: ChosenNetwork, drawing: Drawing | None) -> Maps:
    """Offer the maps by t-SNE, show a worker's progress, and return them; those by PCA until they are there."""
    maps = pca_layers(choice, None)
    expected = (len(maps.frames), len(maps.images.numbers), 2)
    results = analyses(
        [request_for(choice, tsne_names.MAPS)],
        _ASK,
        key="inside_tsne",
        fits=lambda arrays: arrays["positions"].shape == expected,
    )
    if not results or results[0].step != choice.step:
        return pca_layers(choice, drawing)
    squares = [Square.around(positions) for positions in results[0].arrays["positions"]]
    found = by_tsne(maps, results[0].arrays["positions"])
    if drawing is None:
        return found
    pixels = np.rint(255 * drawing).astype(np.uint8).tobytes().hex()
    placed = analyses(
        [request_for(choice, tsne_names.PLACES, {"drawing": pixels})],
        _ASK_PLACE,
        key="inside_place",
        fits=lambda arrays: len(arrays["places"]) == len(squares),
    )
    if not placed or placed[0].step != choice.step:
        return found
    places = [square.within(at) for square, at in zip(squares, placed[0].arrays["places"], strict=True)]
    return _placed(choice, found, drawing, places)


def by_tsne(maps: Maps, positions: NDArray[np.floating]) -> Maps:
    """Return maps with the images at other positions (maps, n, 2), which t-SNE has found."""
    frames = [
        frame_of(frame.title, Square.around(at).within(at), frame.probabilities, maps.images, _DISTANCES)
        for frame, at in zip(maps.frames, positions, strict=True)
    ]
    return maps._replace(frames=frames)


@st.cache_resource(max_entries=16, show_spinner="Drawing the map …")
def _pca_layers(source: int | str, step: int, _choice: ChosenNetwork) -> _ByPca:
    images = images_of(_choice)
    outputs = layer_outputs(_choice.network, _choice.dataset.test_images[images.numbers])
    pixels = _pixels(_choice.dataset_sha256, len(images.numbers), outputs[0], images.labels)
    layers, names = pca_maps(outputs, pixels.components), layer_names(_choice.network)
    probabilities = _choice.test_probabilities[images.numbers]
    frames = [
        frame_of(name, layer.positions, probabilities, images, variance_shown(layer))
        for name, layer in zip(names, layers, strict=True)
    ]
    shares = [pixels.share, *(share_of_same_class(values, images.labels) for values in outputs[1:])]
    first = max(0, len(frames) - 2)  # the last hidden layer
    return _ByPca(Maps(images, frames, first, how_far_apart(names, shares)), layers)


@st.cache_resource(max_entries=8, show_spinner=False)
def _pixels(sha256: str, count: int, _values: NDArray[np.float32], _labels: NDArray[np.integer]) -> _Pixels:
    return _Pixels(PrincipalComponents.of(_values), share_of_same_class(_values, _labels))


def images_of(choice: ChosenNetwork) -> MappedImages:
    """Return the test images that are on the maps of a network."""
    dataset = choice.dataset
    numbers = which_images(dataset.test_labels, images_on_map(choice.network, len(dataset.test_images)))
    address = sprite_address(choice.dataset_sha256, len(numbers))
    return MappedImages(address, numbers, dataset.test_labels[numbers], dataset.class_names)


def variance_shown(layer: PcaMap) -> str:
    """Say how much of the variance a map by PCA shows."""
    return f"The two directions of this map show {percent(layer.explained, 0)} of the variance."


def _placed(choice: ChosenNetwork, maps: Maps, drawing: Drawing, places: list[NDArray[np.floating]]) -> Maps:
    probabilities = choice.network.predict(drawing[None])[0]
    frames = [
        with_drawing(frame, at, probabilities, maps.images) for frame, at in zip(maps.frames, places, strict=True)
    ]
    return maps._replace(frames=frames)
