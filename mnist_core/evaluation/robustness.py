"""How the accuracy of a network falls while test images are disturbed more and more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE
from mnist_core.evaluation.disturbances import Disturbance
from mnist_core.evaluation.quick_test import evenly_spaced, products_of_one_image
from mnist_core.evaluation.resampling import Images
from mnist_core.model.numpy_network import CHUNK, Network, as_input

BUDGET = 2e10
"""Products of a weight and an input for each strength: 10,000 images for up to 2,048 units in one layer."""
LEVEL = 0.9
"""The accuracy whose loss is told in words."""


def robustness_sample(network: Network, images: int) -> NDArray[np.intp]:
    """Return the indices of the test images that are disturbed: all, unless the network is too large for that."""
    return evenly_spaced(images, BUDGET / products_of_one_image(network))


def as_pixels(images: NDArray[np.uint8]) -> Images:
    """Return images (n, 28, 28) as float32 from 0 to 1, as a network reads them."""
    return as_input(images).reshape(-1, IMAGE_SIZE, IMAGE_SIZE)


def right_answers(
    network: Network, images: NDArray[np.uint8], labels: NDArray[np.integer], disturbance: Disturbance, strength: float
) -> Iterator[int]:
    """Yield how many of the next `CHUNK` images (n, 28, 28) a network reads correctly at a strength."""
    for first in range(0, len(images), CHUNK):
        disturbed = disturbance.disturb(as_pixels(images[first : first + CHUNK]), strength, first)
        answers = network.predict(disturbed).argmax(axis=1)
        yield int((answers == labels[first : first + CHUNK]).sum())


class Limits(NamedTuple):
    """The strengths below and above 0 at which the accuracy falls below `LEVEL`; None where it does not."""

    below: float | None
    above: float | None


def limits_of(strengths: Sequence[float], accuracies: NDArray[np.floating]) -> Limits:
    """Return where a curve first falls below `LEVEL` on both sides of 0, interpolated linearly.

    `accuracies` (n,) belong to rising `strengths`, of which one is 0. Both are 0 if the accuracy is below it there.
    """
    middle = list(strengths).index(0)
    outwards = [
        (strengths[middle::-1], accuracies[middle::-1]),
        (strengths[middle:], accuracies[middle:]),
    ]
    return Limits(*(_first_below(*side) for side in outwards))


def _first_below(strengths: Sequence[float], accuracies: NDArray[np.floating]) -> float | None:
    under = np.flatnonzero(accuracies < LEVEL)
    if not len(under):
        return None
    end = int(under[0])
    if not end:
        return 0.0
    high, low = float(accuracies[end - 1]), float(accuracies[end])
    return strengths[end - 1] + (strengths[end] - strengths[end - 1]) * (high - LEVEL) / (high - low)
