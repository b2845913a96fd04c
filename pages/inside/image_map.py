"""The map of test images: where each layer of the network puts them, and how far the classes have come apart."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.components.gallery.gallery import picture_url
from pages.inside.epoch_maps import epoch_maps, epochs_to_map, tsne_epoch_maps
from pages.inside.layer_map.layer_map import layer_map
from pages.inside.layer_maps import pca_layers, tsne_layers
from pages.inside.map_frames import Maps
from pages.inside.which_digit import follow_test_image
from pages.shared.follow_training import OF_THIS_NETWORK
from pages.shared.inside_link import remembered_drawing
from pages.shared.network_picker import ChosenNetwork
from pages.shared.view_choice import choose_within_view

LAYERS, EPOCHS, PCA, TSNE = "layers", "epochs", "pca", "tsne"
OF, BY = "maps", "by"
ADDRESS = (OF, BY)
"""The names in the address of what the maps are of, and of what they are made by."""
_OF, _BY = {LAYERS: "Layers", EPOCHS: "Epochs"}, {PCA: "PCA", TSNE: "t-SNE"}
_HELP = (
    "Each layer turns an image into numbers, 784 pixels at first. Images are near each other if these numbers are "
    "alike: the distance is the Euclidean one. "
)
_PCA_HELP = (
    "Principal component analysis (PCA) lays them out in the two directions that show most of their variance. Source: "
    "K. Pearson, 1901. Each map is turned so that its points move little from the one before; distances stay as they "
    "are."
)
_TSNE_HELP = (
    "t-SNE lays them out so that the nearest images stay neighbours. How far groups lie from each other, and how large "
    "they are, means little. Source: L. van der Maaten and G. Hinton, 2008; openTSNE makes each map from the one "
    "before it."
)


@st.fragment
def show_map(choice: ChosenNetwork) -> None:
    """Show where each layer of the network puts test images, and open the one that is pressed."""
    epochs = epochs_to_map(choice)
    with st.container(horizontal=True, gap="small"):  # two short rows: together they fit one line of a phone
        of = choose_within_view(OF, _OF, "inside_map_of", "Maps of") if epochs else LAYERS
        by = choose_within_view(BY, _BY, "inside_map_by", "Made by")
    drawing = remembered_drawing()
    said = st.container()
    if of == EPOCHS:
        maps = epoch_maps(choice, epochs, drawing) if by == PCA else tsne_epoch_maps(choice, epochs)
    else:
        maps = (tsne_layers if by == TSNE else pca_layers)(choice, drawing)
    apart = "epoch to epoch" if of == EPOCHS else "layer to layer"
    how = _TSNE_HELP if by == TSNE else _PCA_HELP
    said.markdown(f"Look at how the classes come apart from {apart}. {maps.apart}", help=_HELP + how)
    opened = layer_map(
        maps.images,
        maps.frames,
        maps.first,
        f"{len(maps.images.numbers):,} test images. {maps.apart} Arrow keys go from image to image, Enter opens one.",
        "" if drawing is None else picture_url(np.rint(255 * drawing).astype(np.uint8)),
        key="inside_map",
    )
    with st.container(key=OF_THIS_NETWORK if by == TSNE else None):
        st.caption(_which(choice, maps))
    if opened is not None:
        follow_test_image(opened)


def _which(choice: ChosenNetwork, maps: Maps) -> str:
    """Say which images are on the map, and how a digit of one's own gets onto it."""
    shown, count = len(maps.images.numbers), len(choice.dataset.test_images)
    which = f"All {count:,} test images."
    if shown < count:
        which = f"{shown:,} of the {count:,} test images, drawn at random, of each class its share."
    if any(frame.drawing for frame in maps.frames):
        return f"{which} The star is the last picture from another page."
    return f"{which} A drawing, or a picture followed from another page, gets a star on the maps of layers."
