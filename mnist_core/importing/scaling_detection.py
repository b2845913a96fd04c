"""Detects how the pixels were scaled that a network was trained on, by trying the usual scalings on training images.

A file does not say whether pixels ran from 0 to 1 or to 255, or whether ink was 0 or 1, and a network reads only
pixels like those it was trained on. A scaling that is the same for all images is folded into the first layer, exactly;
one that depends on the image is stored with the network by name (see `input_scaling`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import Dataset
from mnist_core.evaluation import score
from mnist_core.importing.scaling_candidates import (
    UNCHANGED,
    ScalingCandidate,
    scaling_candidates,
    with_images_transposed,
)
from mnist_core.model.numpy_network import Network
from mnist_core.text.words import percent

SAMPLE_SIZE = 3000
"""Training images, drawn at random: MNIST is not in random order, every 30th image is harder than most.
The standard error of an accuracy of 95 % is then half a point."""
LEAST_Z = 3.0
"""Least lead of one scaling over another, in standard errors. It is high because about thirty are compared."""
SMALL_LOSS, LOSS_TOLERANCE = 0.05, 0.005
"""Differences of the loss below these do not count: a network that has memorised its images has losses near 0."""
GOOD_ACCURACY = 0.8
"""At this accuracy or above, transposed images are not tried."""
POOR_ACCURACY = 0.5
"""Below this accuracy, a note says that the network reads badly."""


class DetectedScaling(NamedTuple):
    """The network adapted to pixels from 0 to 1, and sentences that say what was detected."""

    network: Network
    notes: list[str]


class _Trial(NamedTuple):
    """A candidate with its results on the sample: whether each image is read correctly (n,), and the mean loss."""

    candidate: ScalingCandidate
    correct: NDArray[np.bool_]
    loss: float

    @property
    def accuracy(self) -> float:
        return float(self.correct.mean())

    def is_better_than(self, other: _Trial) -> bool:
        """Whether it reads significantly more images correctly (McNemar's test)."""
        gained, lost = int((self.correct & ~other.correct).sum()), int((other.correct & ~self.correct).sum())
        return gained - lost > LEAST_Z * np.sqrt(gained + lost)


def detect_pixel_scaling(network: Network, dataset: Dataset) -> DetectedScaling:
    """Return the network with the pixel scaling that gives it the best accuracy on the dataset's training images.

    The pixels stay unchanged unless another scaling is significantly better. Takes less than a second for 256 units.
    """
    sample = np.random.default_rng(0).permutation(len(dataset.train_labels))[:SAMPLE_SIZE]
    images, labels = dataset.train_images[sample], dataset.train_labels[sample]
    trials = [_try(candidate, images, labels) for candidate in scaling_candidates(network, dataset)]
    if max(trial.accuracy for trial in trials) < GOOD_ACCURACY and not network.convolutions:
        transposed = scaling_candidates(with_images_transposed(network), dataset)
        trials += [_try(_named_transposed(candidate), images, labels) for candidate in transposed]
    unchanged, best = trials[0], _best(trials)
    highest = max(trial.accuracy for trial in trials)
    return DetectedScaling(best.candidate.network, _notes(best, unchanged, highest, len(labels), dataset))


def _best(trials: list[_Trial]) -> _Trial:
    """Return the best trial. The first one, with unchanged pixels, wins unless another one is significantly better.

    The first one also wins if none is good. Trials without a significant difference in accuracy are compared by their
    loss, which depends on the confidences too; of equal ones, the first is the most common scaling.
    """
    most_accurate = max(trials, key=lambda trial: trial.accuracy)
    if most_accurate.accuracy < POOR_ACCURACY:  # small differences between bad accuracies are chance
        return trials[0]
    good = [trial for trial in trials if not most_accurate.is_better_than(trial)]
    lowest_loss = min(trial.loss for trial in good)
    if good[0] is trials[0] and good[0].loss <= 2 * lowest_loss + SMALL_LOSS:
        return good[0]
    return next(trial for trial in good if trial.loss <= lowest_loss + LOSS_TOLERANCE)


def _notes(best: _Trial, unchanged: _Trial, highest: float, count: int, dataset: Dataset) -> list[str]:
    notes, of = [], f"of {count:,} training images"
    if best.candidate is not unchanged.candidate:
        notes.append(
            f"It was probably trained on pixels {best.candidate.words}, so it gets such pixels here. It reads "
            f"{percent(best.accuracy, 1)} {of} correctly, and {percent(unchanged.accuracy, 1)} with pixels {UNCHANGED}."
        )
    if best.accuracy < POOR_ACCURACY:
        guessing = float(np.bincount(dataset.train_labels).max() / len(dataset.train_labels))
        notes.append(
            f"It reads only {percent(best.accuracy, 1)} {of} correctly, and at most {percent(highest, 1)} with any of "
            f"the usual scalings of pixels; always answering with the most frequent class gives "
            f"{percent(guessing, 1)}. Perhaps it learned from other images, its classes are in another order, or "
            "its pixels were prepared in a way that the app does not know."
        )
    return notes


def _try(candidate: ScalingCandidate, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> _Trial:
    with np.errstate(over="ignore", invalid="ignore"):  # inputs far from the trained range may overflow
        probabilities = np.nan_to_num(candidate.network.predict(images))
    correct = probabilities.argmax(axis=1) == labels
    return _Trial(candidate, correct, score(probabilities, labels).loss)


def _named_transposed(candidate: ScalingCandidate) -> ScalingCandidate:
    return ScalingCandidate(f"{candidate.words}, with rows and columns exchanged", candidate.network)
