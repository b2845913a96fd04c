"""What is said of a map of test images: how many errors lie among another class, and where a picture is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.embedding.same_class import NEAREST, among_another_class, nearest_images
from mnist_core.text.words import counted, percent
from pages.inside.layer_map.layer_map import Frame, MappedImages, PlacedDrawing

Array = NDArray[np.floating]


class Maps(NamedTuple):
    """Maps of the same images, at first the one at index `first`, and a sentence on how far the classes are apart."""

    images: MappedImages
    frames: list[Frame]
    first: int
    apart: str


def frame_of(title: str, positions: Array, probabilities: Array, images: MappedImages, note: str) -> Frame:
    """Return a map of images at `positions` (n, 2), with what the network reads in them, (n, classes).

    `note` is said after the errors.
    """
    return Frame(title, positions, probabilities, f"{_errors(positions, probabilities, images)} {note}".strip())


def with_drawing(frame: Frame, at: Array, probabilities: NDArray[np.float32], images: MappedImages) -> Frame:
    """Return the map with a picture from another page `at` (2,); the network reads `probabilities` (classes,) in it."""
    read = int(probabilities.argmax())
    near = nearest_images(np.concatenate([frame.positions, at[None]]), np.array([len(frame.positions)]))[0]
    classes = np.bincount(images.labels[near], minlength=len(images.class_names))
    most = int(classes.argmax())
    says = (
        f"The picture, read as {images.class_names[read]} with {percent(probabilities[read], 0)} confidence. "
        f"Of the {len(near)} images nearest to it on this map, {classes[most]} are of class {images.class_names[most]}."
    )
    return frame._replace(drawing=PlacedDrawing(at, says))


def how_far_apart(names: Sequence[str], shares: Sequence[float]) -> str:
    """Say in Markdown how many of the nearest images are of an image's class, from one layer or epoch to the next."""
    values = [f"{name} **{percent(share, 0)}**" for name, share in zip(names, shares, strict=True)]
    return f"Of the {NEAREST} images nearest to an image, so many are of its class: {' → '.join(values)}."


def _errors(positions: Array, probabilities: Array, images: MappedImages) -> str:
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != images.labels)
    if not len(wrong):
        return "All of these images are read correctly."
    astray = int(among_another_class(positions, images.labels, wrong).sum())
    are = "is" if len(wrong) == 1 else "are"
    return (
        f"{counted(len(wrong), 'image')} {are} misread (with a ring). "
        f"{astray:,} of them {'lies' if astray == 1 else 'lie'} among images of another class on this map."
    )
