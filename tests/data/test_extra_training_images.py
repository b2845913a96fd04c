"""Drawings among other images: how often each is there, and how they go together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mnist_core.data import Dataset, DatasetError
from mnist_core.data.cache import DatasetCache
from mnist_core.data.extra_training_images import ExtraImages, copies_per_drawing, with_copies, with_extra_images
from tests.support.idx_server import small_dataset

SHAPES = small_dataset()


@pytest.mark.parametrize(
    ("drawings", "images", "times"),
    [
        (1, 60_000, 100),
        (59, 60_000, 100),
        (60, 60_000, 100),
        (61, 60_000, 98),
        (600, 60_000, 10),
        (3001, 60_000, 1),
        (60_000, 60_000, 1),
        (6, 600, 10),
        (0, 600, 60),
    ],
)
def test_drawings_are_repeated_until_they_are_a_tenth_and_a_hundred_times_at_most(
    drawings: int, images: int, times: int
) -> None:
    assert copies_per_drawing(drawings, images) == times


def test_each_drawing_is_there_as_it_is_and_in_distorted_copies_of_its_class() -> None:
    images, labels = SHAPES.train_images[:6], np.array([2, 0, 1, 2, 0, 1], np.uint8)
    extra = with_copies(images, labels, train_images=600)
    assert (extra.images[:6] == images).all()
    assert extra.labels.tolist() == labels.tolist() * 10
    assert (len(extra.images), extra.originals) == (60, 6)
    assert len(set(map(bytes, extra.images))) == 60, "no two copies are the same"
    again = with_copies(images, labels, train_images=600)
    assert again.images.tobytes() == extra.images.tobytes(), "whenever they are made"


def test_drawings_come_after_the_images_of_a_dataset_and_nothing_else_changes() -> None:
    extra = with_copies(SHAPES.train_images[:6], SHAPES.train_labels[:6], train_images=600)
    mixture = with_extra_images(SHAPES, ExtraImages.from_bytes(extra.to_bytes()), "shapes and drawings")
    assert mixture.name == "shapes and drawings"
    assert (mixture.train_images == np.concatenate([SHAPES.train_images, extra.images])).all()
    assert (mixture.train_labels == np.concatenate([SHAPES.train_labels, extra.labels])).all()
    assert mixture.test_images is SHAPES.test_images
    with pytest.raises(ValueError, match="read-only"):
        mixture.train_images[0] = 0


def test_drawings_that_do_not_fit_are_refused() -> None:
    nothing = np.zeros((0, 28, 28), np.uint8)
    with pytest.raises(DatasetError, match="no drawings to learn from yet"):
        with_copies(nothing, np.zeros(0, np.uint8), 600)
    other = ExtraImages(SHAPES.train_images[:1], np.array([3], np.uint8), 1)
    with pytest.raises(DatasetError, match="belong to none of the 3 classes of shapes"):
        with_extra_images(SHAPES, other, "mixture")


def of_size(number: str) -> Dataset:
    """A dataset that says to have 150 MB of images, for each call another one."""
    images = np.broadcast_to(np.uint8(0), (150_000_000 // 784, 28, 28))
    return replace(SHAPES, name=number, train_images=images)


def test_a_process_keeps_400_mb_of_images_those_used_last() -> None:
    loaded: list[str] = []
    kept = DatasetCache(lambda sha256: loaded.append(sha256) or of_size(sha256))  # type: ignore[func-returns-value]
    for name in ("a", "b", "a", "c"):
        kept.get(name)
    assert ("a" in kept, "b" in kept, "c" in kept) == (True, False, True)
    kept.get("b")
    assert loaded == ["a", "b", "c", "b"]
