"""What a network makes of the training labels that label noise made wrong: which of them it has memorised."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset
from mnist_core.data.examples import training_examples
from mnist_core.model.numpy_network import Network

MOST = 10_000
"""Images that are read, as many as MNIST has test images. Of more, every second or third, and so on, is read."""
CERTAIN = 3.0
"""Standard deviations above what is expected by chance: once in 700 times, chance alone goes so far."""


@dataclass(frozen=True, eq=False)
class WrongLabels:
    """What a network reads in images with a wrong label; all arrays are (n,).

    `wrong` of the `training_images` have a wrong label; these are all of them, or evenly spaced ones. `indices` are
    positions in the dataset's training images, `given` the wrong labels that the network was trained with, `confidence`
    the probability of the predicted class, 0 to 1. `classes` counts the classes.
    """

    training_images: int
    wrong: int
    classes: int
    indices: NDArray[np.intp]
    true: NDArray[np.uint8]
    given: NDArray[np.uint8]
    predicted: NDArray[np.intp]
    confidence: NDArray[np.float32]

    @property
    def memorised(self) -> NDArray[np.intp]:
        """The positions (m,) of the images for which it predicts the wrong label, the most confident first."""
        return self._most_confident(self.predicted == self.given)

    @property
    def correct(self) -> NDArray[np.intp]:
        """The positions (m,) of the images that it classifies correctly all the same, the most confident first."""
        return self._most_confident(self.predicted == self.true)

    def by_chance(self, accuracy: float) -> float:
        """Return how many it would predict without having memorised any.

        `accuracy` (0 to 1) is that on new images. The wrong labels were drawn without regard to the images, so a
        misclassified image has its wrong label as often as any other of the wrong classes.
        """
        return len(self.indices) * (1 - accuracy) / (self.classes - 1)

    def exceed_chance(self, accuracy: float) -> bool:
        """Whether it predicts more wrong labels than chance explains, with this accuracy on new images."""
        expected = self.by_chance(accuracy)
        return len(self.memorised) > expected + CERTAIN * math.sqrt(expected + 1)

    def _most_confident(self, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
        order = np.argsort(-self.confidence, kind="stable")
        return order[chosen[order]]


def read_wrong_labels(network: Network, config: TrainConfig, dataset: Dataset) -> WrongLabels | None:
    """Let a network read the images whose labels its settings made wrong; None if there are none.

    It takes as long as reading the test images of MNIST, if there are so many.
    """
    learned = training_examples(config, dataset)
    count = len(learned.wrong)
    if not count:
        return None
    wrong = learned.wrong[:: -(-count // MOST)]
    probabilities = network.predict(learned.images[wrong])
    predicted = probabilities.argmax(axis=1)
    return WrongLabels(
        len(learned.images),
        count,
        len(dataset.class_names),
        learned.indices[wrong],
        learned.true_labels[wrong],
        learned.labels[wrong],
        predicted,
        probabilities[np.arange(len(wrong)), predicted],
    )
