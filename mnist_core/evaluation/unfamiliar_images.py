"""Images unlike all that a network has learned from, and what it reads in them: it must name one of its classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE, Dataset
from mnist_core.evaluation.letters import LETTERS, letter_images
from mnist_core.model.numpy_network import Network
from mnist_core.text.sentence import marked, sentence

MOST = 500
"""Images of noise, and inverted ones: enough for the mean confidence to be known to 1 or 2 points."""
GREYS = {marked("Black"): 0, marked("Grey"): 128, marked("White"): 255}


class UnfamiliarImages(NamedTuple):
    """Images (n, 28, 28), 0 to 255, of one kind, such as "Noise"; `names` (n,) say what each shows.

    `labels` (n,) are the true classes of images that show one, else None.
    """

    kind: str
    images: NDArray[np.uint8]
    names: Sequence[str]
    labels: NDArray[np.uint8] | None = None


class Reading(NamedTuple):
    """What a network reads in some images: the predicted classes (n,) and the confidence in each (n,), 0 to 1."""

    of: UnfamiliarImages
    predicted: NDArray[np.intp]
    confidence: NDArray[np.float32]

    @property
    def most_frequent(self) -> tuple[int, float]:
        """The class that is predicted most often, and the share of the images, 0 to 1, of which it is."""
        counts = np.bincount(self.predicted)
        return int(counts.argmax()), float(counts.max() / len(self.predicted))


def read_unfamiliar_images(network: Network, dataset: Dataset) -> list[Reading]:
    """Let a network read images of each kind, which takes about as long as reading the test images of MNIST."""
    readings = []
    for some in _kinds(dataset):
        probabilities = network.predict(some.images)
        readings.append(Reading(some, probabilities.argmax(axis=1), probabilities.max(axis=1)))
    return readings


def _kinds(dataset: Dataset) -> list[UnfamiliarImages]:
    noise = np.random.default_rng(0).integers(0, 256, (MOST, IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
    greys = np.stack([np.full((IMAGE_SIZE, IMAGE_SIZE), grey, np.uint8) for grey in GREYS.values()])
    inverted, labels = 255 - dataset.test_images[:MOST], dataset.test_labels[:MOST]
    return [
        UnfamiliarImages(marked("Noise"), noise, [marked("Noise")] * MOST),
        *_letters(dataset.class_names),
        UnfamiliarImages(marked("Blank"), greys, list(GREYS)),
        UnfamiliarImages(
            marked("Inverted"),
            inverted,
            [sentence("{name}, inverted", name=dataset.class_names[it]) for it in labels],
            labels,
        ),
    ]


def _letters(class_names: Sequence[str]) -> list[UnfamiliarImages]:
    """Return the letters that are no class of the network, if there are any."""
    classes = {name.upper() for name in class_names}
    kept = [index for index, name in enumerate(LETTERS) if name not in classes]
    names = list(LETTERS)
    return (
        [UnfamiliarImages(marked("Letters"), letter_images()[kept], [names[index] for index in kept])] if kept else []
    )
