"""What networks read in drawings. A process of its own imports this: no Streamlit, and nothing else that takes long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing import DrawingError
from mnist_core.model.numpy_network import Network
from mnist_core.reading.digit import Digit, in_drawing


class Drawing(NamedTuple):
    """A drawing to read: `pixels` (H, W), ink 255 on 0, the width of its `pen` in pixels, and what it may show."""

    pixels: NDArray[np.uint8]
    pen: float
    class_names: tuple[str, ...]


class Reading(NamedTuple):
    """The digits on a drawing in reading order, without the pictures that they were made from; () for none.

    `probabilities` are those of each digit, (n, classes).
    """

    digits: tuple[Digit, ...]
    probabilities: NDArray[np.float32]


def read_drawings(asked: Sequence[tuple[Network, Drawing]]) -> list[Reading]:
    """Return what networks read in drawings, each in its own. All drawings for the same network are read at once."""
    groups: dict[int, list[int]] = {}
    for index, (network, _) in enumerate(asked):
        groups.setdefault(id(network), []).append(index)
    readings: dict[int, Reading] = {}
    for indices in groups.values():
        read = _read(asked[indices[0]][0], [asked[index][1] for index in indices])
        readings |= zip(indices, read, strict=True)
    return [readings[index] for index in range(len(asked))]


def _read(network: Network, drawings: Sequence[Drawing]) -> list[Reading]:
    digits = [_digits(drawing) for drawing in drawings]
    images = [digit.image for several in digits for digit in several]
    none = np.empty((0, network.classes), np.float32)
    probabilities = network.predict(np.stack(images)) if images else none
    parts = np.split(probabilities, np.cumsum([len(several) for several in digits])[:-1])
    return [Reading(several, part) for several, part in zip(digits, parts, strict=True)]


def _digits(drawing: Drawing) -> tuple[Digit, ...]:
    try:
        found = in_drawing(drawing.pixels, drawing.pen, drawing.class_names)
    except DrawingError:  # the page says it, if it is still so after pen up
        return ()
    return tuple(digit._replace(raw=None) for digit in found)
