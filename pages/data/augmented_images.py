"""What augmentation makes of an image."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data.augmentation import ROTATION_DEGREES, SCALE, SHIFT_PIXELS, distort, source_pixels
from mnist_core.text.words import percent
from pages.components.gallery import gallery_columns
from pages.components.gallery.gallery import gallery


def show_augmented(image: NDArray[np.uint8], label: str) -> None:
    """Show how far each distortion goes to either side, and all of them together at random."""
    names = ("Rotated", "Slanted", "Narrower, wider", "Lower, higher", "Moved sideways", "Moved up and down")
    far = np.concatenate([-np.eye(len(names)), np.eye(len(names))])[[0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]]
    captions = [name for name in names for _ in "ab"]
    sides = ("one way", "the other way")
    descriptions = [f"The {label} {name.lower()}, at its strongest, {side}" for name in names for side in sides]
    gallery(distort(image, source_pixels(*far.T)), captions, descriptions, gallery_columns.AUGMENTED_IMAGES)
    together = np.random.default_rng(0).uniform(-1, 1, (len(far), len(names)))
    alternatives = [f"The {label} with all distortions, copy {number}" for number in range(1, len(far) + 1)]
    gallery(distort(image, source_pixels(*together.T)), [""] * len(far), alternatives, gallery_columns.AUGMENTED_IMAGES)
    st.caption(
        f"Above: each distortion at its strongest, rotated by {ROTATION_DEGREES:g}°, slanted, resized by "
        f"{percent(SCALE, 0)} or moved by {SHIFT_PIXELS:g} pixel. Below: all of them together, as in training, where "
        "each copy is distorted differently."
    )
