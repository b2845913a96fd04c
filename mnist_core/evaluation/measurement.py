"""What a network that is not trained any further reads: of the images that it learned from, and of new ones.

Keras reports the mean over the batches of an epoch, each read by the network as it was then. That is no measure of the
network at the end, which has learned from all of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset
from mnist_core.evaluation.metrics import Measurement, Score, score
from mnist_core.model.network import Network

TEST, VALIDATION = "test", "validation"


class Reading(NamedTuple):
    """How well one network reads what it learned from, and images that are new to it: `kind`, TEST or VALIDATION ones.

    `guessing` is the fraction (0 to 1) of the new images that are right for whoever always names their most frequent
    class, `guessing_learned` likewise of the others.
    """

    training: Score
    learned: int
    guessing_learned: float
    new: Score
    images: int
    guessing: float
    kind: str = TEST


def learned_from(config: TrainConfig, dataset: Dataset) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return (images, labels) that a network with these settings learns from: without those held out, undistorted."""
    learned = config.learned_images(len(dataset.train_images))
    return dataset.train_images[:learned], dataset.train_labels[:learned]


def measure(network: Network, config: TrainConfig, dataset: Dataset, tests: bool) -> Measurement:
    """Read the images that a network learned from and, if it `tests`, the test images: 0.1 s for MNIST, 256 units."""
    images, labels = learned_from(config, dataset)
    test = score(network.predict(dataset.test_images), dataset.test_labels) if tests else None
    return Measurement(score(network.predict(images), labels), test)


def guessing(labels: NDArray[np.integer]) -> float:
    """Return the share of the most frequent class: what always naming that one gets right."""
    return float(np.bincount(labels).max() / len(labels))
