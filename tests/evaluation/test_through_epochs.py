"""Which images are learned and forgotten from epoch to epoch, on five images of three classes, by hand."""

import numpy as np
import pytest

from mnist_core.evaluation.ended_epoch import EpochPredictions
from mnist_core.evaluation.through_epochs import changes_of

LABELS = np.array([0, 1, 2, 2, 1], np.uint8)
READ = (
    ([0, 0, 1, 2, 2], [200, 150, 250, 90, 99]),  # 1, 2 and 4 are misread
    ([1, 1, 1, 2, 2], [120, 200, 240, 95, 80]),  # 0, 2 and 4
    ([0, 1, 2, 0, 2], [210, 220, 100, 70, 81]),  # 3 and 4
)


@pytest.fixture
def changes():
    read = [
        EpochPredictions(epoch, np.array(predicted, np.uint8), np.array(confidence, np.uint8))
        for epoch, (predicted, confidence) in enumerate(READ, 1)
    ]
    return changes_of(read, LABELS, classes=3)


def test_the_matrix_of_each_epoch_counts_rows_of_true_and_columns_of_predicted_classes(changes):
    assert changes[0].matrix.tolist() == [[1, 0, 0], [1, 0, 1], [0, 1, 1]]
    assert changes[2].matrix.tolist() == [[1, 0, 0], [0, 1, 1], [1, 0, 1]]


def test_misread_images_come_in_the_order_of_their_confidence(changes):
    assert [it.misread.tolist() for it in changes] == [[2, 1, 4], [2, 0, 4], [4, 3]]


def test_learned_is_what_was_misread_before_the_most_confident_error_first(changes):
    assert [it.learned.tolist() for it in changes] == [[], [1], [2, 0]]


def test_forgotten_is_what_was_read_correctly_before(changes):
    assert [it.forgotten.tolist() for it in changes] == [[], [0], [3]]


def test_first_read_right_counts_each_image_once(changes):
    assert [it.first_right.tolist() for it in changes] == [[3, 0], [1], [2]]


def test_never_read_right_is_what_no_epoch_so_far_has_read(changes):
    assert [it.never_right.tolist() for it in changes] == [[2, 1, 4], [2, 4], [4]]


def test_without_epochs_there_are_no_changes():
    assert changes_of([], LABELS, classes=3) == []
