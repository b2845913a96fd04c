"""The images of a dataset that a run learns from, and those that it is validated with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.data.dataset import Dataset
from mnist_core.data.label_noise import with_label_noise
from mnist_core.data.stratified_sample import stratified_sample

SAMPLE_STREAM = 2
"""Tells the random numbers of the sample from others; see `stratified_sample`."""


class Examples(NamedTuple):
    """Training images (n, 28, 28) uint8 of a dataset, and their `indices` (n,) in it.

    `labels` (n,) uint8 are those that the network is given, which label noise makes wrong for some; `true_labels` are
    those of the dataset.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    indices: NDArray[np.intp]
    true_labels: NDArray[np.uint8]

    @property
    def wrong(self) -> NDArray[np.intp]:
        """The positions (m,) among these images of those that label noise gave a wrong label, ascending."""
        return np.flatnonzero(self.labels != self.true_labels)


def training_examples(config: TrainConfig, dataset: Dataset) -> Examples:
    """Return what a run with these settings learns from, without distorted copies.

    Those are all training images but the last ones, if these are held out; and of them a stratified sample, if the
    settings limit their number. Their labels have the label noise of the settings. Raises `ConfigError` if the dataset
    has too few.
    """
    available = len(dataset.train_images) - config.validation_images
    learned = config.learned_images(len(dataset.train_images))
    which: slice | NDArray[np.intp] = slice(learned)  # a view of the images, not a copy
    if learned < available:
        which = stratified_sample(dataset.train_labels[:available], learned, config.seed, SAMPLE_STREAM)
    labels = dataset.train_labels[which]
    given = labels
    if config.label_noise:
        given = with_label_noise(labels, len(dataset.class_names), config.label_noise, config.seed)
    return Examples(dataset.train_images[which], given, np.arange(available)[which], labels)


def validation_examples(config: TrainConfig, dataset: Dataset) -> Examples:
    """Return the training images that are held out: the last ones, as by `validation_split` of Keras."""
    images = len(dataset.train_images)
    held_out = slice(images - config.validation_images, images)
    labels = dataset.train_labels[held_out]
    return Examples(dataset.train_images[held_out], labels, np.arange(images)[held_out], labels)
