"""The images on a map side by side in one picture, which browsers load once for all maps of a dataset."""

from __future__ import annotations

import streamlit as st

from mnist_core.embedding.sample import LARGEST, which_images
from pages.components.gallery.gallery import sprite_sheet
from pages.shared import services


def sprite_address(sha256: str, count: int) -> str:
    """Return the address of the picture of so many test images of a dataset, relative to the app's own."""
    return f"files/maps/{sha256}/{count}"


@st.cache_resource(max_entries=4, show_spinner=False)
def map_sprite(sha256: str, count: int) -> bytes:
    """Return that picture as PNG: 0.5 MB for 2,000 images. Raises `DatasetError`."""
    dataset = services.stored_dataset(sha256)
    count = max(1, min(count, LARGEST, len(dataset.test_images)))
    return sprite_sheet(dataset.test_images[which_images(dataset.test_labels, count)])
