"""Which wrong labels a network has memorised."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.data.examples import training_examples
from mnist_core.evaluation.wrong_labels import WrongLabels, read_wrong_labels
from mnist_core.network import Network
from tests.support.hint_facts import wrong_labels

MNIST = load_dataset()
FEW = replace(MNIST, train_images=MNIST.train_images[:2000], train_labels=MNIST.train_labels[:2000])
NOISE = TrainConfig(label_noise=0.2, seed=3)


class Memory:
    """Reads each training image as the label that it was given, with the confidences 0.9 and, every third, 0.6."""

    def __init__(self, config: TrainConfig) -> None:
        self.known = {
            image.tobytes(): int(label) for image, label in zip(*training_examples(config, FEW)[:2], strict=True)
        }

    def predict(self, images):
        labels = [self.known[image.tobytes()] for image in images]
        certain = np.where(np.arange(len(labels)) % 3, 0.9, 0.6)
        rest = (1 - certain[:, None]) / 9
        return np.where(np.eye(10, dtype=bool)[labels], certain[:, None], rest).astype(np.float32)


def test_a_network_that_was_not_trained_with_the_wrong_labels_has_learned_none_by_heart():
    starter = Network.load("starter")
    found = read_wrong_labels(starter, NOISE, FEW)
    assert found is not None
    right = starter.predict(FEW.train_images[found.indices]).argmax(axis=1) == FEW.train_labels[found.indices]
    assert (found.training_images, len(found.indices)) == (2000, 400)
    assert len(found.correct) == right.sum() > 390
    assert len(found.memorised) <= 400 - right.sum()
    assert not found.exceed_chance(0.98)


def test_what_is_predicted_as_it_was_labelled_is_learned_by_heart_with_the_most_confident_first():
    memory: Any = Memory(NOISE)
    found = read_wrong_labels(memory, NOISE, FEW)
    assert found is not None
    assert (found.true == FEW.train_labels[found.indices]).all()
    assert (found.given != found.true).all()
    assert sorted(found.memorised) == list(range(400))
    assert found.confidence[found.memorised].tolist() == pytest.approx([0.9] * 266 + [0.6] * 134)
    assert len(found.correct) == 0
    assert found.exceed_chance(0.98)


def test_images_are_told_by_their_positions_in_the_dataset_if_only_some_are_learned_from():
    found = read_wrong_labels(Network.load("starter"), replace(NOISE, training_images=500), FEW)
    assert found is not None
    assert (found.training_images, len(found.indices)) == (500, 100)
    assert (found.true == FEW.train_labels[found.indices]).all()


def test_of_many_wrong_labels_a_sample_is_read():
    found = read_wrong_labels(Network.load("starter"), TrainConfig(label_noise=0.25), MNIST)
    assert found is not None
    assert (found.wrong, len(found.indices)) == (15_000, 7_500)
    assert found.indices.max() > 59_900, "from the whole set"


@pytest.mark.parametrize(("classes", "accuracy", "expected"), [(10, 0.91, 9), (10, 0.1, 90), (2, 0.9, 90)])
def test_by_chance_an_error_is_the_wrong_label_as_often_as_any_other(classes, accuracy, expected):
    labels = np.zeros(900, np.uint8)
    found = WrongLabels(
        9000, 900, classes, np.arange(900), labels, labels + 1, labels.astype(np.intp), np.ones(900, np.float32)
    )
    assert found.by_chance(accuracy) == pytest.approx(expected)


def test_more_than_three_standard_deviations_above_chance_are_no_chance():
    """Of 100 labels, an accuracy of 90 % on new images lets 10 / 9 = 1.1 be predicted, and 3 · √2.1 = 4.4 more."""
    assert not wrong_labels(5).exceed_chance(0.9)
    assert wrong_labels(6).exceed_chance(0.9)
