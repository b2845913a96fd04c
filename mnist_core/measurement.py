"""What a network that is not trained any further reads: of the images that it learned from, and of new ones.

Keras reports the mean over the batches of an epoch, each read by the network as it was then. That is no measure of the
network at the end, which has learned from all of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset
from mnist_core.evaluation import Score, score
from mnist_core.network import Network
from mnist_core.runs import Run, RunStore, StoreError
from mnist_core.runs.measured import keep_measurement, network_and_step, next_unmeasured
from mnist_core.runs.records import Measurement

TEST, VALIDATION = "test", "validation"


class Reading(NamedTuple):
    """How well one network reads what it learned from, and images that are new to it: `kind`, TEST or VALIDATION ones.

    `guessing` is the fraction (0 to 1) of the new images that are right for whoever always names their most frequent
    class, `guessing_learned` likewise of the others.
    """

    training: Score
    learned: int
    guessing_learned: float
    new: Score
    images: int
    guessing: float
    kind: str = TEST


def learned_from(config: TrainConfig, dataset: Dataset) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return (images, labels) that a network with these settings learns from: without those held out, undistorted."""
    learned = config.learned_images(len(dataset.train_images))
    return dataset.train_images[:learned], dataset.train_labels[:learned]


def measure(network: Network, config: TrainConfig, dataset: Dataset, tests: bool) -> Measurement:
    """Read the images that a network learned from and, if it `tests`, the test images: 0.1 s for MNIST, 256 units."""
    images, labels = learned_from(config, dataset)
    test = score(network.predict(dataset.test_images), dataset.test_labels) if tests else None
    return Measurement(score(network.predict(images), labels), test)


def measure_one(store: RunStore, load: Callable[[str], Dataset], passed_over: set[int]) -> bool:
    """Measure one of the ended runs of which nobody knows what they read; return whether there was one.

    `load` returns a dataset by its sha256. A run that cannot be measured joins `passed_over`.
    """
    run = next_unmeasured(store, passed_over)
    if run is None:
        return False
    try:
        network, step = network_and_step(store, run.id) or (b"", 0)
        last_tested = run.step == step and step % run.steps_per_epoch == 0
        tests = run.sweep_id is None and not last_tested
        found = measure(Network.from_bytes(network), run.config, load(run.dataset_sha256), tests)
        keep_measurement(store, run.id, step, found)
    except StoreError:
        raise
    except Exception as error:  # nobody has asked for it, so that nothing may come of it but a line in the log
        print(f"run {run.id} cannot be measured: {error}", file=sys.stderr, flush=True)
        passed_over.add(run.id)
    return True


def is_measured(run: Run) -> bool:
    """Whether the store knows what the run's network reads of what it learned from; its test values are its own then.

    Of a run that a sweep compares by validation images, these values may be those of the last full epoch.
    """
    return run.train_accuracy is not None


def reading_of(run: Run, network: Network, dataset: Dataset) -> Reading:
    """Return what a run's `network` reads, as the store knows it, or else as it is found now.

    A trial of a sweep is judged by the validation images, until the sweep has tested it.
    """
    tested = run.sweep_id is None or run.test_accuracy is not None
    _, learned = learned_from(run.config, dataset)
    if tested:
        images, labels = dataset.test_images, dataset.test_labels
    else:
        images, labels = dataset.train_images[len(learned) :], dataset.train_labels[len(learned) :]
    known = tested and is_measured(run) and run.test_accuracy is not None
    training = _known(run.train_loss, run.train_accuracy) or measure(network, run.config, dataset, False).training
    new = _known(run.test_loss, run.test_accuracy) if known else None
    return Reading(
        training,
        len(learned),
        guessing(learned),
        new or score(network.predict(images), labels),
        len(images),
        guessing(labels),
        TEST if tested else VALIDATION,
    )


def guessing(labels: NDArray[np.integer]) -> float:
    """Return the share of the most frequent class: what always naming that one gets right."""
    return float(np.bincount(labels).max() / len(labels))


def _known(loss: float | None, accuracy: float | None) -> Score | None:
    """Return a score that the store knows; a database keeps a loss that is no number as none."""
    return None if accuracy is None else Score(float("nan") if loss is None else loss, accuracy)
