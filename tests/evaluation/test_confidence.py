"""What is answered above a threshold, calibration, the interval of an accuracy, and images that show no class."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score

from mnist_core.data import DIGITS
from mnist_core.evaluation.accuracy_interval import wilson_interval
from mnist_core.evaluation.confidence import answered, calibration
from mnist_core.evaluation.letters import LETTERS, letter_images
from mnist_core.evaluation.unfamiliar_images import read_unfamiliar_images
from tests.support.idx_server import small_dataset
from tests.support.runs_with_networks import network


@pytest.fixture
def answers():
    """Confidence and whether it is right, for 400 images; it is less often right than it is confident."""
    random = np.random.default_rng(0)
    confidence = random.uniform(0.1, 1, 400).astype(np.float32)
    return confidence, random.random(400) < confidence**2


def test_accuracy_above_a_threshold_is_that_of_scikit_learn_on_what_is_left(answers):
    confidence, right = answers
    kept = confidence >= 0.7
    found = answered(confidence, right, 0.7)
    assert found.share == kept.mean()
    assert found.accuracy == pytest.approx(accuracy_score(np.ones(kept.sum()), right[kept]))
    assert found.errors == (~right[kept]).sum()


def test_where_nothing_is_answered_there_is_no_accuracy(answers):
    found = answered(answers[0] / 2, answers[1], 0.9)
    assert (found.share, found.errors) == (0, 0)
    assert np.isnan(found.accuracy)


def test_calibration_is_that_of_scikit_learn(answers):
    confidence, right = answers
    accuracy, mean = calibration_curve(right, confidence, n_bins=10)
    found = calibration(confidence, right)
    np.testing.assert_allclose(found.accuracy, accuracy)
    np.testing.assert_allclose(found.confidence, mean, rtol=1e-6)


def test_the_expected_calibration_error_weighs_bins_by_images():
    """Of three images at 0.95, two are right: 0.283 too much. One at 0.45 is right: 0.55 too little."""
    found = calibration(np.array([0.95, 0.95, 0.95, 0.45]), np.array([True, True, False, True]))
    assert found.counts.tolist() == [1, 3]
    assert found.error == pytest.approx((0.55 + 3 * (0.95 - 2 / 3)) / 4)


def test_a_confidence_of_1_is_in_the_last_bin():
    assert calibration(np.array([1.0, 0.93]), np.array([True, True])).counts.tolist() == [2]


@pytest.mark.parametrize(("right", "images"), [(0, 5), (5, 5), (9882, 10_000), (1, 3)])
def test_the_interval_of_an_accuracy_is_that_of_scipy(right, images):
    expected = binomtest(right, images).proportion_ci(method="wilson")
    assert wilson_interval(right, images) == pytest.approx((expected.low, expected.high))


def test_letters_are_centred_by_their_mass_in_twenty_pixels():
    images = letter_images()
    assert images.shape == (len(LETTERS), 28, 28)
    for image in images.astype(float):
        down, across = (image.sum(axis=axis) @ (np.arange(28) + 0.5) / image.sum() for axis in (1, 0))
        assert (down, across) == pytest.approx((14, 14), abs=0.2)
        assert 19 <= (image.max(axis=1) > 127).sum() <= 21


def test_each_image_is_read_as_the_network_reads_it():
    dataset = small_dataset()
    noise, letters, blank, inverted = read_unfamiliar_images(network(), dataset)
    assert [it.of.kind for it in (noise, letters, blank, inverted)] == ["Noise", "Letters", "Blank", "Inverted"]
    expected = network().predict(255 - dataset.test_images)
    np.testing.assert_array_equal(inverted.predicted, expected.argmax(axis=1))
    np.testing.assert_array_equal(inverted.confidence, expected.max(axis=1))
    np.testing.assert_array_equal(inverted.of.labels, dataset.test_labels)
    assert blank.of.images[:, 0, 0].tolist() == [0, 128, 255]
    most, share = noise.most_frequent
    assert share == (noise.predicted == most).mean() >= 1 / 3


def test_a_letter_that_is_a_class_is_no_image_without_one():
    names = ("a", "C", "Karl", *DIGITS[3:])
    (letters,) = [
        it for it in read_unfamiliar_images(network(), replace(small_dataset(), class_names=names)) if "L" in it.of.kind
    ]
    assert list(letters.of.names) == [letter for letter in LETTERS if letter not in "AC"]
