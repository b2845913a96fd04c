"""Evaluates a trained network on its training images and on new ones.

The training accuracy that Keras reports is a mean over the batches of an epoch, each predicted with the weights of that
moment. It does not measure the network at the end, so this evaluates the training images again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset
from mnist_core.data.examples import training_examples, validation_examples
from mnist_core.evaluation.metrics import Measurement, Score, score
from mnist_core.model.numpy_network import Network
from mnist_core.text.sentence import marked

TEST, VALIDATION = marked("test"), marked("validation")


class RunScores(NamedTuple):
    """The scores of a network on its training images, and on new images of one `kind`: TEST or VALIDATION.

    `learned` and `images` are the numbers of training images and of new ones. `baseline` is the accuracy (0 to 1) of
    always predicting the most frequent class of the new images, `training_baseline` that of the training images.
    """

    training: Score
    learned: int
    training_baseline: float
    new: Score
    images: int
    baseline: float
    kind: str = TEST


def measure(
    network: Network, config: TrainConfig, dataset: Dataset, tests: bool, validates: bool = False
) -> Measurement:
    """Evaluate a network on its training images: 0.1 s for MNIST and 256 units.

    Evaluates it on the test images if `tests`, and on the validation images if `validates`.
    """
    learned = training_examples(config, dataset)
    test = score(network.predict(dataset.test_images), dataset.test_labels) if tests else None
    held_out = validation_examples(config, dataset) if validates else None
    validation = score(network.predict(held_out.images), held_out.labels) if held_out else None
    return Measurement(score(network.predict(learned.images), learned.labels), test, validation)


def majority_class_accuracy(labels: NDArray[np.integer]) -> float:
    """Return the accuracy (0 to 1) of always predicting the most frequent class: the majority-class baseline."""
    return float(np.bincount(labels).max() / len(labels))
