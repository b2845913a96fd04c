"""Classes of images: what is usual in them, and what is odd."""

import numpy as np
import pytest

from mnist_core.data import load_dataset
from mnist_core.data.class_statistics import (
    class_deviations,
    class_means,
    sample_per_class,
    sorted_by_typicality,
)


@pytest.fixture(scope="module")
def mnist():
    return load_dataset()


def test_class_averages_are_the_means(mnist):
    averages = class_means(mnist.test_images, mnist.test_labels)
    assert averages.shape == (10, 28, 28)
    assert averages.dtype == np.uint8
    sevens = mnist.test_images[mnist.test_labels == 7].astype(float)
    assert np.abs(averages[7] - sevens.mean(axis=0)).max() <= 0.51


def test_the_average_of_a_class_without_images_is_black():
    averages = class_means(np.full((2, 28, 28), 9, dtype=np.uint8), np.array([1, 1]), classes=3)
    assert averages.max(axis=(1, 2)).tolist() == [0, 9, 0]


def test_samples_are_different_examples_of_each_class(mnist):
    chosen = sample_per_class(mnist.train_labels, 12, np.random.default_rng(3)).reshape(10, 12)
    assert (mnist.train_labels[chosen] == np.arange(10)[:, None]).all()
    assert all(len(set(row)) == 12 for row in chosen.tolist())
    again = sample_per_class(mnist.train_labels, 12, np.random.default_rng(3))
    assert (chosen.ravel() == again).all()


def test_a_class_with_few_examples_gives_all_that_it_has():
    chosen = sample_per_class(np.array([2, 0, 2, 2]), 2, np.random.default_rng(0), classes=3)
    assert chosen[0] == 1
    assert len(chosen) == 3


def test_spreads_are_high_where_writers_differ(mnist):
    spreads = class_deviations(mnist.test_images, mnist.test_labels)
    ones = mnist.test_images[mnist.test_labels == 1].astype(float)
    assert np.abs(spreads[1] - 2 * ones.std(axis=0)).max() <= 0.51
    assert spreads[:, 0, 0].max() == 0, "nobody writes into the corner"


def test_images_are_ordered_from_the_usual_to_the_odd(mnist):
    order = sorted_by_typicality(mnist.test_images, mnist.test_labels, 3)
    assert sorted(order) == np.flatnonzero(mnist.test_labels == 3).tolist()
    average = mnist.test_images[mnist.test_labels == 3].mean(axis=0)
    distances = [np.linalg.norm(mnist.test_images[index] - average) for index in order]
    assert distances == sorted(distances)
    assert distances[-1] > 1.5 * distances[0]
