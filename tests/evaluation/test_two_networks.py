"""Errors that two networks share, and labels that several contradict, worked out by hand."""

import numpy as np

from mnist_core.evaluation.two_networks import shared_errors, suspicious_labels


def reads(*answers):
    """Probabilities (n, 3) of a network that gives each image a class with a confidence."""
    probabilities = np.zeros((len(answers), 3))
    for row, (label, confidence) in zip(probabilities, answers, strict=True):
        row[:] = (1 - confidence) / 2
        row[label] = confidence
    return probabilities


def test_errors_are_parted_by_who_makes_them_the_most_confident_first():
    labels = np.array([0, 0, 0, 0, 1])
    first = reads((1, 0.6), (0, 0.9), (2, 0.7), (1, 0.8), (1, 0.9))
    other = reads((2, 0.6), (1, 0.5), (0, 0.9), (1, 0.9), (1, 0.9))
    both, only_first, only_other = shared_errors(first, other, labels)
    assert both.tolist() == [3, 0]
    assert only_first.tolist() == [2]
    assert only_other.tolist() == [1]


def test_a_label_is_suspicious_if_all_contradict_it_alike_and_with_confidence():
    labels = np.array([0, 0, 0, 0, 0])
    sure, surer = (1, 0.92), (1, 0.99)
    networks = [
        reads(sure, surer, sure, sure, (0, 0.99)),
        reads(sure, surer, (2, 0.95), sure, (0, 0.99)),
        reads(sure, surer, sure, (1, 0.89), (0, 0.99)),
    ]
    found = suspicious_labels(networks, labels)
    assert found.indices.tolist() == [1, 0], "not where one reads another class, and not where one is less confident"
    assert found.read.tolist() == [1, 1]
    np.testing.assert_allclose(found.confidence, [0.99, 0.92])
