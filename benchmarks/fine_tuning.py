"""What a few drawings of one person teach a network: accuracy before and after fine-tuning on them.

The file is that of `handwriting`, whose lines must also have the number of the `writer`. Each person's network learns
some drawings of each digit, as *Teach run 12 my handwriting* does, and is tested on the rest of theirs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.handwriting import prepare, read_digits
from benchmarks.report import Table
from mnist_core.config import TrainConfig
from mnist_core.config.fine_tuning import fine_tuning
from mnist_core.data import Dataset, load_dataset
from mnist_core.data.extra_training_images import with_copies, with_extra_images
from mnist_core.errors import UserError
from mnist_core.model.numpy_network import Network
from mnist_core.model.starter import starter

if TYPE_CHECKING:
    from mnist_core.training import Progress

PEN = 18
"""The medium width of the pen in pixels."""
PER_CLASS = (1, 3)
"""Drawings of each digit that a network learns."""
PARENTS = {"default settings": TrainConfig(), "starter network": None, "SGD": TrainConfig(optimizer="sgd")}


class Person(NamedTuple):
    """The digits of one person: images (n, 28, 28) uint8 and labels (n,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def measure(strokes: Path, people: int = 10) -> Table:
    """Fine-tune a network for each of the first `people`, and return the accuracies. Raises `UserError`."""
    mnist, persons = load_dataset(), _people(strokes, people)
    rows = [
        [name, str(10 * count), *(f"{accuracy:.2f}" for accuracy in _accuracies(config, mnist, persons, count))]
        for name, config in PARENTS.items()
        for count in PER_CLASS
    ]
    columns = ("accuracy in %", "drawings", "MNIST before", "MNIST after", "their others before", "their others after")
    note = (
        f"Means of {len(persons)} networks, one for each person. Their digits were drawn with a pen of {PEN} pixels; a "
        "network is tested on those of the person that it has not learned."
    )
    return Table("Fine-tuning on handwriting", columns, rows, note)


def _people(strokes: Path, count: int) -> list[Person]:
    try:
        writers = [int(json.loads(line)["writer"]) for line in strokes.read_text().splitlines() if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{strokes} does not say who wrote each digit: {error}.") from None
    digits = read_digits(strokes)
    own = [[digit for digit, who in zip(digits, writers, strict=True) if who == one] for one in sorted(set(writers))]
    return [
        Person(
            np.rint(255 * prepare(theirs, PEN, pen_known=True)).astype(np.uint8),
            np.array([digit.label for digit in theirs], np.uint8),
        )
        for theirs in own[:count]
    ]


def _accuracies(config: TrainConfig | None, mnist: Dataset, persons: list[Person], count: int) -> list[float]:
    """Return the accuracies on MNIST and on the other digits, each before and after, as means over the people."""
    from mnist_core.training import train

    parent = Network.load("starter") if config is None else _last(train(config, mnist))
    settings = fine_tuning(config or starter().config)
    found = []
    for person in persons:
        learned = _first_of_each(person.labels, count)
        drawings = with_copies(person.images[learned], person.labels[learned], len(mnist.train_images))
        taught = _last(train(settings, with_extra_images(mnist, drawings, "with drawings"), start=parent))
        others = person.images[~learned], person.labels[~learned]
        tests = (mnist.test_images, mnist.test_labels), others
        found.append([_accuracy(network, *test) for test in tests for network in (parent, taught)])
    return [float(mean) for mean in np.mean(found, axis=0)]


def _first_of_each(labels: NDArray[np.uint8], count: int) -> NDArray[np.bool_]:
    chosen = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        chosen[np.flatnonzero(labels == label)[:count]] = True
    return chosen


def _last(progress: Iterator[Progress]) -> Network:
    *_, last = progress
    if last.network is None:
        raise RuntimeError("a training without a network at its end")
    return last.network


def _accuracy(network: Network, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> float:
    return 100 * float(np.mean(network.predict(images).argmax(axis=1) == labels))
