"""The way from one image to another begins and ends with these, and tells where on it the answer changes."""

from __future__ import annotations

import numpy as np

from mnist_core.evaluation.morph import Change, morph, most_similar
from mnist_core.model.numpy_network import Network

BLACK, WHITE = np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8)


def reader_of_brightness(*borders: float) -> Network:
    """A network that reads class k from the k-th of rising borders of the mean pixel on: its logits are tangents."""
    slopes = np.arange(len(borders) + 1)
    kernel = np.repeat(slopes[None], 784, axis=0) / 784
    return Network.from_weights([kernel, -np.concatenate([[0], np.cumsum(borders)])], "relu")


def test_the_way_goes_from_one_image_to_the_other_in_equal_steps():
    way = morph(reader_of_brightness(0.5), BLACK, WHITE)
    assert way.images.shape == (101, 784)
    np.testing.assert_allclose(way.images.mean(axis=1), np.arange(101) / 100, atol=1e-6)


def test_each_change_of_the_answer_is_found_where_it_is():
    assert morph(reader_of_brightness(0.305, 0.595), BLACK, WHITE).changes == [Change(0.31, 1), Change(0.6, 2)]
    assert morph(reader_of_brightness(0.5), BLACK, BLACK).changes == []


def test_the_most_similar_image_is_the_nearest_by_its_pixels_but_not_the_image_itself():
    images = np.stack([np.full((28, 28), grey, np.uint8) for grey in (90, 100, 130, 111)])
    assert most_similar(images[1], images, np.array([0, 1, 2])) == 0
    assert most_similar(images[1], images, np.array([1, 2])) == 2
    assert most_similar(images[1], images, np.array([1])) is None
    assert most_similar(images[1], images, np.array([], np.intp)) is None
