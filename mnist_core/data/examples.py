"""The images of a dataset that a run learns from, and those that it is validated with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.data.dataset import Dataset

SAMPLE_STREAM = 2
"""Tells the random numbers of the sample from those of the order of an epoch and of its distorted copies."""


class Examples(NamedTuple):
    """Training images (n, 28, 28) uint8 of a dataset, their labels (n,) uint8, and their `indices` (n,) in it."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    indices: NDArray[np.intp]


def training_examples(config: TrainConfig, dataset: Dataset) -> Examples:
    """Return what a run with these settings learns from, without distorted copies.

    Those are all training images but the last ones, if these are held out; and of them a stratified sample, if the
    settings limit their number. Raises `ConfigError` if the dataset has too few.
    """
    available = len(dataset.train_images) - config.validation_images
    learned = config.learned_images(len(dataset.train_images))
    if learned == available:
        return Examples(dataset.train_images[:learned], dataset.train_labels[:learned], np.arange(learned))
    indices = stratified_sample(dataset.train_labels[:available], learned, config.seed)
    return Examples(dataset.train_images[indices], dataset.train_labels[indices], indices)


def validation_examples(config: TrainConfig, dataset: Dataset) -> Examples:
    """Return the training images that are held out: the last ones, as by `validation_split` of Keras."""
    images = len(dataset.train_images)
    held_out = slice(images - config.validation_images, images)
    return Examples(dataset.train_images[held_out], dataset.train_labels[held_out], np.arange(images)[held_out])


def stratified_sample(labels: NDArray[np.integer], count: int, seed: int) -> NDArray[np.intp]:
    """Return `count` different indices of `labels`, ascending, in which each class has its share, give or take one.

    They follow from the seed. A smaller sample with the same seed is part of a larger one.
    """
    order = np.random.default_rng([seed, 0, SAMPLE_STREAM]).permutation(len(labels))
    rank = np.empty(len(labels))
    for label in np.unique(labels):
        members = order[labels[order] == label]
        rank[members] = (np.arange(len(members)) + 0.5) / len(members)  # from 0 to 1 in each class, however large
    return np.sort(np.argsort(rank, kind="stable")[:count])
