"""Augmentation: what becomes of an image, and of an epoch."""

from itertools import pairwise

import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.data.augmentation import DistortedCopies, distort, source_pixels
from mnist_core.training import train

IMAGES = 1000


def one(**shares):
    names = ("rotation", "shear", "width", "height", "right", "down")
    return source_pixels(*(np.array([shares.get(name, 0.0)]) for name in names))


@pytest.fixture(scope="module")
def seven():
    return load_dataset().test_images[0]


def centre(image):
    rows, columns = np.indices(image.shape)
    return np.array([(rows * image).sum(), (columns * image).sum()]) / image.sum()


def extent(image):
    return [np.ptp(np.flatnonzero(image.any(axis=axis))) for axis in (0, 1)]


def test_no_distortion_leaves_the_image_as_it_is(seven):
    assert np.array_equal(distort(seven, one())[0], seven)


def test_each_part_does_what_it_says(seven):
    moved = distort(seven, one(right=1.0, down=-1.0))[0]
    assert np.array_equal(moved[:-1, 1:], seven[1:, :-1])
    assert not moved[-1].any()
    wide, tall = distort(seven, one(width=1.0))[0], distort(seven, one(height=1.0))[0]
    assert extent(wide)[0] > extent(seven)[0]
    assert extent(wide)[1] == extent(seven)[1]
    assert extent(tall)[1] > extent(seven)[1]
    bar = np.zeros((28, 28), np.uint8)
    bar[4:24, 13:15] = 255
    for part in ("rotation", "shear"):
        left, right = (centre(distort(bar, one(**{part: share}))[0][:8]) for share in (-1.0, 1.0))
        assert abs(left[1] - right[1]) > 2, f"{part} to either side leans the bar"


def test_ink_that_leaves_the_image_does_not_come_in_again_on_the_other_side():
    frame = np.zeros((28, 28), np.uint8)
    frame[:, -1] = 255
    assert not distort(frame, one(right=1.0))[0].any()


def test_copies_do_not_depend_on_how_an_epoch_is_cut():
    order = np.random.default_rng(1).permutation(2 * IMAGES)
    copies = DistortedCopies(order, IMAGES, seed=1, epoch=2)
    whole = distorted_places(copies, [0, 2 * IMAGES])
    assert len(whole) == IMAGES
    assert distorted_places(copies, [0, 1, 63, 64, 700, 701, 1999, 2 * IMAGES]) == whole


def distorted_places(copies, cuts):
    """For every copy: its place in the epoch, and where its pixels come from."""
    found: dict[int, bytes] = {}
    for first, last in pairwise(cuts):
        which, edges, these = copies.between(first, last)
        assert edges[-1:].sum() == len(which)
        for group in range(len(these)):
            found |= {first + int(at): these[group].tobytes() for at in which[edges[group] : edges[group + 1]]}
    return found


def test_distortions_are_drawn_afresh_in_each_epoch_and_for_each_seed():
    order = np.arange(2 * IMAGES)
    drawn = [
        distorted_places(DistortedCopies(order, IMAGES, *which), [0, 2 * IMAGES]) for which in ((0, 0), (0, 1), (1, 0))
    ]
    assert len({places[IMAGES] for places in drawn}) == 3


@pytest.mark.slow
def test_an_augmented_epoch_has_every_image_and_a_copy_of_each():
    config = TrainConfig(hidden_units=16, epochs=1, augment=True)
    *_, last = train(config, load_dataset())
    assert last.steps == config.steps_per_epoch(60_000) == 938
    assert last.test_accuracy is not None
    assert last.test_accuracy > 0.9
