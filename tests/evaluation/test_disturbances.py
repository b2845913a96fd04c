"""Disturbed test images: by SciPy's rotation, shift, zoom, blur and morphology, and harmless at the strength 0."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from mnist_core.data import load_dataset
from mnist_core.evaluation.disturbances import DISTURBANCES, Disturbance
from mnist_core.evaluation.resampling import rotated, scaled, shifted
from mnist_core.evaluation.robustness import as_pixels

BY_NAME = {disturbance.name: disturbance for disturbance in DISTURBANCES}
every_kind = pytest.mark.parametrize("kind", DISTURBANCES, ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def images():
    return as_pixels(load_dataset().test_images[:12])


@pytest.mark.parametrize("degrees", [-75, 20, 90])
def test_rotation_is_scipys_clockwise(images, degrees):
    expected = ndimage.rotate(images, -degrees, axes=(1, 2), reshape=False, order=1, mode="grid-constant")
    np.testing.assert_allclose(rotated(images, degrees), expected, atol=1e-5)


@pytest.mark.parametrize("way", [(3, 0), (-1.5, 2.25)])
def test_shift_is_scipys(images, way):
    expected = ndimage.shift(images, (0, *way), order=1, mode="grid-constant")
    np.testing.assert_allclose(shifted(images, *way), expected, atol=1e-5)


@pytest.mark.parametrize("factor", [0.5, 1.4])
def test_scale_is_scipys_about_the_centre(images, factor):
    matrix, centre = np.diag([1, 1 / factor, 1 / factor]), np.array([0, 13.5, 13.5])
    expected = ndimage.affine_transform(images, matrix, centre - matrix @ centre, order=1, mode="grid-constant")
    np.testing.assert_allclose(scaled(images, factor), expected, atol=1e-5)


@pytest.mark.parametrize("sigma", [0.5, 2.0])
def test_blur_is_scipys_gaussian(images, sigma):
    expected = ndimage.gaussian_filter(images, (0, sigma, sigma), mode="constant")
    np.testing.assert_allclose(BY_NAME["blur"].disturb(images, sigma), expected, atol=1e-4)


@pytest.mark.parametrize(("strength", "grow"), [(4, ndimage.grey_dilation), (-4, ndimage.grey_erosion)])
def test_two_pixels_at_each_edge_are_scipys_dilation_by_an_octagon(images, strength, grow):
    octagon = np.ones((1, 5, 5), bool)
    octagon[0, [0, 0, -1, -1], [0, -1, 0, -1]] = False
    expected = grow(images, footprint=octagon, mode="constant", cval=0.0)
    np.testing.assert_array_equal(BY_NAME["thickness"].disturb(images, strength), expected)


def test_half_a_pixel_at_each_edge_is_halfway_to_a_whole_one(images):
    wider = BY_NAME["thickness"]
    np.testing.assert_allclose(wider.disturb(images, 1), (images + wider.disturb(images, 2)) / 2, atol=1e-6)


def test_noise_has_the_standard_deviation_that_it_says():
    grey = np.full((200, 28, 28), 0.5, np.float32)
    assert BY_NAME["noise"].disturb(grey, 0.1).std() == pytest.approx(0.1, rel=0.02)


def test_a_square_of_the_side_that_it_says_is_blackened():
    white = np.ones((200, 28, 28), np.float32)
    blackened = (BY_NAME["occlusion"].disturb(white, 6) == 0).sum(axis=(1, 2))
    assert set(blackened) == {36}, "whole pixels, and none outside of the image"


def test_lost_contrast_makes_the_ink_paler(images):
    np.testing.assert_allclose(BY_NAME["contrast"].disturb(images, 0.3), 0.7 * images, atol=1e-6)


@every_kind
def test_strength_0_changes_nothing_and_each_other_one_something(kind: Disturbance, images):
    assert 0 in kind.strengths
    assert list(kind.strengths) == sorted(kind.strengths)
    for strength in kind.strengths:
        disturbed = kind.disturb(images, strength)
        assert (disturbed.dtype, disturbed.shape) == (images.dtype, images.shape)
        assert disturbed.min() >= 0
        assert disturbed.max() <= 1 + 1e-6
        assert np.array_equal(disturbed, images) is (strength == 0)


@every_kind
def test_an_image_is_disturbed_alike_whatever_stands_after_it(kind: Disturbance, images):
    """So the result does not depend on how many images a worker reads at once."""
    strength = kind.strengths[-1]
    np.testing.assert_array_equal(kind.disturb(images, strength)[:4], kind.disturb(images[:4], strength))


def test_the_number_of_an_image_decides_what_is_done_to_it(images):
    shift = BY_NAME["shift"]
    np.testing.assert_array_equal(shift.disturb(images, 3)[5:], shift.disturb(images[5:], 3, 5))
    for name in ("noise", "occlusion"):
        strength = BY_NAME[name].strengths[-1]
        first, later = (BY_NAME[name].disturb(images[:1], strength, number) for number in (0, 2000))
        assert not np.array_equal(first, later)


@pytest.mark.parametrize(
    ("name", "strength", "words"),
    [
        ("rotation", 20, "a turn of 20° clockwise"),
        ("rotation", -24.3, "a turn of 24° anticlockwise"),
        ("scale", -0.4, "a size 40 % smaller"),
        ("thickness", 0.5, "strokes 0.5 pixels wider"),
        ("noise", 0.3, "noise of 30 % of white"),
        ("shift", 0, "no change"),
    ],
)
def test_strengths_in_words(name, strength, words):
    assert BY_NAME[name].in_words(strength) == words
