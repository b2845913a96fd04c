"""Scalings of an image by itself, against loops over its rows and columns."""

import numpy as np
import pytest

from mnist_core.model.input_scaling import factors_and_shifts, scaled

IMAGES = np.random.default_rng(0).random((3, 28, 28)) * (np.arange(28) > 2)
"""Of which the first three columns are black."""


def slow(name, image):
    result = image.copy()
    if name == "l2_columns":
        for column in range(3, 28):
            result[:, column] /= np.sqrt(sum(value**2 for value in image[:, column]))
    elif name == "l2_rows":
        for row in range(28):
            result[row] /= np.sqrt(sum(value**2 for value in image[row]))
    elif name == "l2_image":
        result /= np.sqrt(sum(value**2 for value in image.flat))
    else:
        mean = sum(image.flat) / 784
        result = (image - mean) / np.sqrt(sum((value - mean) ** 2 for value in image.flat) / 784)
    return result


@pytest.mark.parametrize("name", ["l2_columns", "l2_rows", "l2_image", "standardised_image"])
def test_each_scaling_is_what_it_is_called(name):
    found = scaled(name, IMAGES.reshape(3, 784))
    np.testing.assert_allclose(found.reshape(3, 28, 28), [slow(name, image) for image in IMAGES], atol=1e-12)
    factors, shifts = factors_and_shifts(name, IMAGES.reshape(3, 784))
    np.testing.assert_allclose(IMAGES.reshape(3, 784) * factors + shifts, found)


@pytest.mark.parametrize("name", ["l2_columns", "l2_rows", "l2_image", "standardised_image"])
def test_a_black_image_stays_black_and_a_float32_one_of_its_kind(name):
    black = np.zeros((1, 784), dtype=np.float32)
    assert not scaled(name, black).any()
    assert scaled(name, black + np.float32(0.5)).dtype == np.float32


def test_without_a_scaling_images_stay_as_they_are():
    assert scaled("", IMAGES) is IMAGES
