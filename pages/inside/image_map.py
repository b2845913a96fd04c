"""The map of test images: where each layer of the network puts them, and how far the classes have come apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.embedding.image_map import PcaMap, pca_maps
from mnist_core.embedding.layers import layer_names, layer_outputs
from mnist_core.embedding.same_class import NEAREST, share_of_same_class
from mnist_core.embedding.sample import images_on_map, which_images
from mnist_core.text.words import percent
from pages.components.gallery.gallery import picture_url
from pages.inside.layer_map.layer_map import Frame, MappedImages, layer_map
from pages.inside.layer_map.sprite import sprite_address
from pages.inside.map_frames import frame_of, how_far_apart, with_drawing
from pages.shared import services
from pages.shared.inside_link import IMAGE, remembered_drawing
from pages.shared.network_picker import ChosenNetwork
from pages.shared.view_choice import VIEW
from pages.visit import session

_HELP = (
    "Each layer turns an image into numbers, 784 pixels at first. Images are near each other if these numbers are "
    "alike: the distance is the Euclidean one. Principal component analysis (PCA) lays them out in the two directions "
    "that show most of their variance. Source: K. Pearson, 1901. Each map is turned so that its points move little "
    "from the one before; distances stay as they are."
)


@dataclass(frozen=True, eq=False)
class LayerMaps:
    """The maps of all layers of a network, what it reads in their images, and the same-class share of neighbours."""

    images: MappedImages
    maps: list[PcaMap]
    frames: list[Frame]
    shares: list[float]


@st.fragment
def show_map(choice: ChosenNetwork) -> None:
    """Show where each layer of the network puts test images, and open the one that is pressed."""
    found = _layer_maps(_source(choice), choice.step, choice.dataset_sha256, choice)
    apart = how_far_apart([frame.title for frame in found.frames], found.shares, NEAREST)
    st.markdown(f"Look at how the classes come apart from layer to layer. {apart}", help=_HELP)
    drawing = remembered_drawing()
    frames = found.frames if drawing is None else _with_drawing(choice, found, drawing)
    opened = layer_map(
        found.images,
        frames,
        max(0, len(frames) - 2),
        f"{len(found.images.numbers):,} test images. {apart} Arrow keys go from image to image, Enter opens one.",
        "" if drawing is None else picture_url(np.rint(255 * drawing).astype(np.uint8)),
        key="inside_map",
    )
    _say_which(choice, found, drawing is not None)
    if opened is not None:
        session.put_view_in_address([VIEW, IMAGE], {VIEW: "digit", IMAGE: str(opened)})
        st.rerun()


def _source(choice: ChosenNetwork) -> int | str:
    return services.STARTER if choice.run is None else choice.run.id


@st.cache_resource(max_entries=16, show_spinner="Drawing the map …")
def _layer_maps(source: int | str, step: int, sha256: str, _choice: ChosenNetwork) -> LayerMaps:
    network, dataset = _choice.network, _choice.dataset
    numbers = which_images(dataset.test_labels, images_on_map(network, len(dataset.test_images)))
    labels = dataset.test_labels[numbers]
    images = MappedImages(sprite_address(sha256, len(numbers)), numbers, labels, dataset.class_names)
    outputs = layer_outputs(network, dataset.test_images[numbers])
    maps = pca_maps(outputs)
    frames = [
        frame_of(name, layer.positions, _choice.test_probabilities[numbers], images, _variance(layer))
        for name, layer in zip(layer_names(network), maps, strict=True)
    ]
    return LayerMaps(images, maps, frames, [share_of_same_class(values, labels) for values in outputs])


def _variance(layer: PcaMap) -> str:
    return f"The two directions of this map show {percent(layer.explained, 0)} of the variance."


def _with_drawing(choice: ChosenNetwork, found: LayerMaps, drawing: NDArray[np.float32]) -> list[Frame]:
    outputs, probabilities = layer_outputs(choice.network, drawing[None]), choice.network.predict(drawing[None])[0]
    return [
        with_drawing(frame, layer.place(values)[0], probabilities, found.images)
        for frame, layer, values in zip(found.frames, found.maps, outputs, strict=True)
    ]


def _say_which(choice: ChosenNetwork, found: LayerMaps, has_drawing: bool) -> None:
    """Say which images are on the map, and how a digit of one's own gets onto it."""
    shown, count = len(found.images.numbers), len(choice.dataset.test_images)
    which = f"All {count:,} test images."
    if shown < count:
        which = f"{shown:,} of the {count:,} test images, drawn at random, of each class its share."
    own = "The star is the digit that Draw read last." if has_drawing else "A digit that Draw reads gets a star here."
    st.caption(f"{which} {own}")
