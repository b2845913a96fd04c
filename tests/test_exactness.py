"""The loop does what Keras's `model.fit` does, number for number: same initial weights, same batches, same result."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import PIXELS, Dataset, load_dataset

OPTIMIZERS = ["rmsprop", "adam", "sgd"]
TWENTY_STEPS = 19 * 128 + 57
"""Images for 19 full batches and a smaller last one."""


class Differences(NamedTuple):
    """How far our loop and `model.fit` are apart after an epoch: the largest of any weight, and what they report."""

    weights: float
    loss: float
    accuracy: float


def few_images(count: int) -> Dataset:
    mnist = load_dataset()
    return replace(mnist, train_images=mnist.train_images[:count], train_labels=mnist.train_labels[:count])


def differences(config: TrainConfig, images: int, dtype: str = "float32") -> Differences:
    """Train one epoch on the first `images` of MNIST by our loop and by `model.fit`, all in `dtype`."""
    from mnist_core.backend import keras
    from mnist_core.model import build_model
    from mnist_core.training import Trainer

    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    dataset = few_images(images)
    trainer = Trainer(config, dataset)
    while not trainer.done:
        point = trainer.advance()

    order = np.random.default_rng([config.seed, 0]).permutation(images)
    pixels = dataset.train_images[order].reshape(-1, PIXELS).astype(dtype) / np.asarray(255, dtype)
    model = build_model(config)
    reported = model.fit(
        pixels, dataset.train_labels[order], batch_size=config.batch_size, shuffle=False, verbose=0
    ).history

    pairs = zip(trainer.model.get_weights(), model.get_weights(), strict=True)
    assert {array.dtype for array in model.get_weights()} == {np.dtype(dtype)}
    return Differences(
        max(float(np.abs(ours - theirs).max()) for ours, theirs in pairs),
        abs(point.loss - reported["loss"][0]),
        abs(point.accuracy - reported["accuracy"][0]),
    )


@pytest.fixture(scope="module")
def other_process() -> Iterator[ProcessPoolExecutor]:
    """A process whose floats may be of another kind; in this one they stay what people use."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_float64_equals_fit_to_nine_places_after_an_epoch(other_process: ProcessPoolExecutor, optimizer: str):
    config = TrainConfig(epochs=1, optimizer=optimizer, hidden_units=64, seed=3)
    found = other_process.submit(differences, config, 5000, "float64").result()
    assert max(found) < 1e-9, found


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_float32_weights_equal_those_of_fit_after_twenty_steps(optimizer: str):
    found = differences(TrainConfig(epochs=1, optimizer=optimizer), TWENTY_STEPS)
    assert found.weights < 1e-6, found


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_float32_reports_the_loss_and_accuracy_of_fit(optimizer: str):
    found = differences(TrainConfig(epochs=1, optimizer=optimizer), 20_000)
    assert max(found.loss, found.accuracy) < 1e-3, found


def test_a_last_batch_of_a_single_image_which_has_no_two_halves_counts_as_in_fit():
    found = differences(TrainConfig(epochs=1), 2 * 128 + 1)
    assert found.weights < 1e-6, found
    assert found.loss < 1e-5, found


def test_dropout_leaves_out_what_fit_leaves_out():
    found = differences(TrainConfig(epochs=1, dropout=0.4, hidden_layers=2, activation="tanh"), TWENTY_STEPS)
    assert found.weights < 1e-6, found
