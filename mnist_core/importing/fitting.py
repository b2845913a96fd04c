"""On which numbers a network was trained: found by trying the usual scalings of pixels on training images.

A network does not say whether its pixels ran from 0 to 1 or to 255, or whether ink was 0. It reads well only what it
learned. A scaling that is the same for all images is folded into the first layer, exactly; one that depends on the
image is named in the network (see `input_scaling`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE, PIXELS, Dataset, flatten
from mnist_core.evaluation import score
from mnist_core.model.input_scaling import SCALINGS
from mnist_core.model.network import Network
from mnist_core.text.words import percent

Array = NDArray[np.floating]

SAMPLE = 3000
"""Training images, drawn at random (MNIST's order has a rhythm, so that every 30th image is a harder one than most).
The standard error of an accuracy of 95 % is half a point."""
CERTAIN = 3.0
"""How many standard errors the lead of one scaling over another must be, for there are some thirty of them."""
SMALL_LOSS, SAME_LOSS = 0.05, 0.005
"""Losses this close are the same: of a network that knows its training images by heart, all are near 0."""
WELL = 0.8
"""From this accuracy on, the images need not be turned over to find a better one."""
POOR = 0.5
"""Below this accuracy, the page says that the network reads badly."""
MNIST_MEAN, MNIST_SPREAD = 0.1307, 0.3081
"""Of all pixels of MNIST's training images, as tutorials of PyTorch give them."""
_NO_SPREAD = 1e-7
UNCHANGED = "from 0 to 1"


class Candidate(NamedTuple):
    """One way to give a network its pixels; `words` complete "It was trained on pixels …"."""

    words: str
    network: Network


class Fit(NamedTuple):
    """The network that reads images as this app has them, and what there is to say of how it came to that."""

    network: Network
    notes: list[str]


class _Tried(NamedTuple):
    """A candidate, for each image of the sample whether it reads it right, and its mean loss."""

    candidate: Candidate
    right: NDArray[np.bool_]
    loss: float

    @property
    def accuracy(self) -> float:
        return float(self.right.mean())

    def leads(self, other: _Tried) -> bool:
        """Whether it reads more images right, by more than chance would explain (McNemar's test)."""
        more, fewer = int((self.right & ~other.right).sum()), int((other.right & ~self.right).sum())
        return more - fewer > CERTAIN * np.sqrt(more + fewer)


def fit_to_pixels(network: Network, dataset: Dataset) -> Fit:
    """Return the network with that scaling of pixels which it reads the dataset's training images best with.

    Pixels stay as they are unless another scaling is better by more than chance. Takes under a second for 256 units.
    """
    count = len(dataset.train_labels)
    chosen = np.random.default_rng(0).permutation(count)[:SAMPLE]
    images, labels = dataset.train_images[chosen], dataset.train_labels[chosen]
    tried = [_try(candidate, images, labels) for candidate in candidates(network, dataset)]
    if max(it.accuracy for it in tried) < WELL:
        turned = candidates(with_rows_for_columns(network), dataset)
        tried += [_try(_turned(candidate), images, labels) for candidate in turned]
    unchanged, best = tried[0], _best(tried)
    highest = max(it.accuracy for it in tried)
    return Fit(best.candidate.network, _notes(best, unchanged, highest, len(labels), dataset))


def _best(tried: list[_Tried]) -> _Tried:
    """Return the first one, pixels as they are, unless another one is better; else the most usual of the best.

    Where none reads well, it is the first as well. Accuracy decides, and where it does not tell them apart the loss,
    which also sees a wrong confidence.
    """
    highest = max(tried, key=lambda it: it.accuracy)
    if highest.accuracy < POOR:  # what reads a little better than the others by chance explains nothing
        return tried[0]
    good = [it for it in tried if not highest.leads(it)]
    lowest = min(it.loss for it in good)
    if good[0] is tried[0] and good[0].loss <= 2 * lowest + SMALL_LOSS:
        return good[0]
    return next(it for it in good if it.loss <= lowest + SAME_LOSS)


def _notes(best: _Tried, unchanged: _Tried, highest: float, count: int, dataset: Dataset) -> list[str]:
    notes, of = [], f"of {count:,} training images"
    if best.candidate is not unchanged.candidate:
        notes.append(
            f"It was trained on pixels {best.candidate.words}, it seems, and gets such pixels here. So it reads "
            f"{percent(best.accuracy, 1)} {of} right, and {percent(unchanged.accuracy, 1)} with pixels {UNCHANGED}."
        )
    if best.accuracy < POOR:
        guessing = float(np.bincount(dataset.train_labels).max() / len(dataset.train_labels))
        notes.append(
            f"It reads only {percent(best.accuracy, 1)} {of} right, and with none of the usual scalings of pixels more "
            f"than {percent(highest, 1)}; to name always the most frequent class would be right for "
            f"{percent(guessing, 1)}. Perhaps it learned other images, its classes are in another order, or its pixels "
            "were prepared in a way that is not known here."
        )
    return notes


def _try(candidate: Candidate, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> _Tried:
    with np.errstate(over="ignore", invalid="ignore"):  # numbers far from those it learned from may overflow
        probabilities = np.nan_to_num(candidate.network.predict(images))
    right = probabilities.argmax(axis=1) == labels
    return _Tried(candidate, right, score(probabilities, labels).loss)


# -- the usual scalings ----------------------------------------------------------------------------------


def candidates(network: Network, dataset: Dataset) -> Iterator[Candidate]:
    """Return the network with each of the usual scalings of pixels, the first one unchanged."""
    yield Candidate(UNCHANGED, network)
    if network.scaling:  # it scales each image by itself, and does so whatever the pixels were multiplied by
        return
    for words, factor, shift in _affine(dataset):
        yield Candidate(words, with_pixels_scaled(network, factor, shift))
    for name, scaling in SCALINGS.items():
        yield Candidate(scaling.words, Network(network.layers, name))


def _affine(dataset: Dataset) -> Iterator[tuple[str, Array, Array]]:
    """Return (words, factor, shift) of scalings that are the same for all images; pixels are 0 to 1 before."""
    pixels = dataset.train_images.reshape(-1, PIXELS)
    mean, spread = float(pixels.mean()) / 255, float(pixels.std(dtype=np.float64)) / 255 or 1.0
    one = np.ones(PIXELS)
    for words, factor, shift in (
        ("from 0 to 255", 255.0, 0.0),
        ("from 1 to 0, ink dark on light", -1.0, 1.0),
        ("from 255 to 0, ink dark on light", -255.0, 255.0),
        ("from −1 to 1", 2.0, -1.0),
        ("from 1 to −1, ink dark on light", -2.0, 1.0),
        ("from −0.5 to 0.5", 1.0, -0.5),
        ("with mean 0 and standard deviation 1 over all images", 1 / spread, -mean / spread),
        ("standardised by MNIST's mean and standard deviation", 1 / MNIST_SPREAD, -MNIST_MEAN / MNIST_SPREAD),
        ("with mean 0 over all images", 1.0, -mean),
    ):
        yield words, factor * one, shift * one
    means, spreads = _of_each_pixel(pixels)
    yield "less the mean image", one, -means
    yield "with mean 0 and standard deviation 1 in each pixel", 1 / spreads, -means / spreads


def _of_each_pixel(pixels: NDArray[np.uint8]) -> tuple[Array, Array]:
    """Return mean and standard deviation of each pixel (784,) over images, 0 to 1; 1 for pixels that never change."""
    means, squares, count = np.zeros(PIXELS), np.zeros(PIXELS), len(pixels)
    for start in range(0, count, SAMPLE):
        chunk = flatten(pixels[start : start + SAMPLE]).astype(np.float64)
        means += chunk.sum(axis=0) / count
        squares += (chunk**2).sum(axis=0) / count
    spreads = np.sqrt(np.maximum(squares - means**2, 0))
    return means, np.where(spreads < _NO_SPREAD, 1, spreads)


def with_pixels_scaled(network: Network, factor: Array, shift: Array) -> Network:
    """Return a network that reads pixels x (784,) as the given one reads x · factor + shift."""
    first, *others = network.layers
    exact = first.kernel.astype(np.float64)
    kernel = (factor[:, None] * exact).astype(np.float32)
    bias = (first.bias + shift @ exact).astype(np.float32)
    return Network((first._replace(kernel=kernel, bias=bias), *others), network.scaling)


def with_rows_for_columns(network: Network) -> Network:
    """Return a network that reads images as the given one reads them with rows and columns exchanged."""
    first, *others = network.layers
    turned = first.kernel.reshape(IMAGE_SIZE, IMAGE_SIZE, -1).transpose(1, 0, 2).reshape(PIXELS, -1)
    scaling = {"l2_columns": "l2_rows", "l2_rows": "l2_columns"}.get(network.scaling, network.scaling)
    return Network((first._replace(kernel=np.ascontiguousarray(turned)), *others), scaling)


def _turned(candidate: Candidate) -> Candidate:
    return Candidate(f"{candidate.words}, with rows and columns exchanged", candidate.network)
