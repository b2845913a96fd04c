"""The smallest change of pixels that makes a network read another class, found by its own gradients.

Source: S. Moosavi-Dezfooli, A. Fawzi and P. Frossard, "DeepFool: a simple and accurate method to fool deep neural
networks", 2016. Each step goes to where the difference of two logits would be 0 if it were linear. Pixels stay from
black to white, which the original does not ask for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE
from mnist_core.evaluation.attribution import logits_and_gradients
from mnist_core.model.numpy_network import Network, as_input

OVERSHOOT = 0.02
"""The fraction by which each step goes further than it has to, as in the source."""
MOST_STEPS = 100


class Flip(NamedTuple):
    """An image (28, 28) float32 in [0, 1] that is read as another class, and the largest change of a pixel, 0 to 1."""

    image: NDArray[np.float32]
    largest_change: float


def smallest_flip(network: Network, image: NDArray, to: int) -> Flip | None:
    """Return an image close to `image` (28, 28) that the network reads as class `to`: 5 ms for 256 units.

    None if there is none within `MOST_STEPS`, such as for a network whose answer never changes. Of a network that
    scales each image by its own pixels, the gradient is taken with that scaling held fixed.
    """
    start = as_input(image[None])[0].astype(np.float64)
    pixels = start
    for _ in range(MOST_STEPS):
        found = pixels.astype(np.float32).reshape(IMAGE_SIZE, IMAGE_SIZE)
        read = int(network.predict(found[None])[0].argmax())
        if read == to:
            return Flip(found, float(np.abs(found.reshape(-1) - start).max()))
        direction = np.zeros(network.classes)
        direction[to], direction[read] = 1, -1
        logits, gradients = logits_and_gradients(network.for_one_image(pixels), pixels[None], direction)
        gap, slopes = float(logits[0] @ direction), gradients[0]
        usable = ~((pixels <= 0) & (slopes < 0) | (pixels >= 1) & (slopes > 0))
        length = float((slopes[usable] ** 2).sum())
        if not length:
            return None
        step = (1 + OVERSHOOT) * max(-gap, 1e-4) / length
        pixels = np.clip(pixels + step * np.where(usable, slopes, 0), 0, 1)
    return None
