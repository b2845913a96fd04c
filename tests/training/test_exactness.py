"""The loop does what Keras's `model.fit` does, number for number: same initial weights, same batches, same result."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from mnist_core.config import SCHEDULES, TrainConfig
from mnist_core.data import PIXELS, Dataset, load_dataset
from mnist_core.data.augmentation import distort, source_pixels
from mnist_core.model.numpy_network import Network
from mnist_core.progress import Checkpoint
from mnist_core.training import Trainer, train
from mnist_core.training.backend import keras

pytestmark = pytest.mark.slow

TWENTY_STEPS = 19 * 128 + 57
"""Images for 19 full batches and a smaller last one."""
GROUP = 64
"""So many distorted copies that follow each other in an epoch share one distortion."""


class Epoch(NamedTuple):
    """Loss and accuracy at the end of an epoch: the running means, and those of test images and validation images."""

    running: tuple[float, float]
    read: tuple[float, ...]


class Training(NamedTuple):
    """The last weights of a training, those that are kept, and what was reported on the way."""

    weights: list[NDArray]
    kept: list[NDArray]
    epochs: list[Epoch]


def few_images(count: int) -> Dataset:
    mnist = load_dataset()
    return replace(
        mnist,
        train_images=mnist.train_images[:count],
        train_labels=mnist.train_labels[:count],
        test_images=mnist.test_images[:500],
        test_labels=mnist.test_labels[:500],
    )


@contextmanager
def floats(dtype: str) -> Iterator[None]:
    """Let Keras compute with other floats for as long as the `with` lasts."""
    before = keras.config.floatx()
    compute_with(dtype)
    try:
        yield
    finally:
        compute_with(before)


def compute_with(dtype: str) -> None:
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)


def by_our_loop(config: TrainConfig, dataset: Dataset, start: Network | None = None) -> Training:
    first = None if start is None else Checkpoint(0, start.to_bytes(), b"")
    trainer, epochs = Trainer(config, dataset, first), []
    while not trainer.done:
        *_, last = trainer.train_epoch()
        read = (last.test_loss, last.test_accuracy, last.validation_loss, last.validation_accuracy)
        epochs.append(Epoch((last.loss, last.accuracy), tuple(value for value in read if value is not None)))
    assert largest_of_the_folded(trainer) < 1e-5
    return Training(trainer.model.get_weights(), trainer.network().weights, epochs)


def largest_of_the_folded(trainer: Trainer) -> float:
    """The largest difference between what NumPy and Keras read: there, batch normalisation is part of the layers."""
    images = trainer.dataset.test_images[:100]
    read = trainer.model(pixels(images), training=False)
    return largest([(trainer.current_network().predict(images), read)])


def classic(config: TrainConfig, steps: int) -> keras.Model:
    """The network as the classic notebook builds it, with the optimizer's usual learning rate."""
    keras.utils.set_random_seed(config.seed)

    def kernels() -> dict[str, Any]:
        """The arguments for the weights of one layer: each has an initializer of its own, which takes the next seed."""
        penalty = {"kernel_regularizer": keras.regularizers.L2(config.l2)} if config.l2 else {}
        return {"kernel_initializer": initializer(config.initialisation), **penalty}

    hidden: list[Any] = []
    if config.architecture == "convolutional":
        hidden.append(keras.layers.Reshape((28, 28, 1)))
        for filters in (8, 16):
            hidden.append(keras.layers.Conv2D(filters, (3, 3), activation=config.activation, **kernels()))
            hidden.append(keras.layers.MaxPooling2D((2, 2)))
        hidden.append(keras.layers.Flatten())
    units = config.hidden_units if isinstance(config.hidden_units, tuple) else [config.hidden_units]
    for number in range(config.hidden_layers):
        if config.batch_normalisation:
            hidden.append(keras.layers.Dense(units[number % len(units)], use_bias=False, **kernels()))
            hidden += [keras.layers.BatchNormalization(), keras.layers.Activation(config.activation)]
        else:
            hidden.append(keras.layers.Dense(units[number % len(units)], activation=config.activation, **kernels()))
        if config.dropout:
            hidden.append(keras.layers.Dropout(config.dropout))
    model = keras.Sequential(
        [keras.Input((PIXELS,)), *hidden, keras.layers.Dense(10, activation="softmax", **kernels())]
    )
    entropy = keras.metrics.SparseCategoricalCrossentropy(name="entropy")  # the loss without the penalty
    model.compile(optimizer(config, steps), loss="sparse_categorical_crossentropy", metrics=["accuracy", entropy])
    return model


def initializer(initialisation: str) -> Any:
    """Keras's own; times a factor, weights have the squared variance."""
    match initialisation:
        case "he":
            return keras.initializers.HeUniform()
        case "too-small":
            return keras.initializers.VarianceScaling(0.01**2, "fan_avg", "uniform")
        case "too-large":
            return keras.initializers.VarianceScaling(5.0**2, "fan_avg", "uniform")
        case "zeros":
            return keras.initializers.Zeros()
    return keras.initializers.GlorotUniform()


def optimizer(config: TrainConfig, steps: int) -> Any:
    """By its name, but for what differs from its usual settings."""
    match config.optimizer:
        case "sgd":
            return keras.optimizers.SGD(rate(config, steps), momentum=config.momentum)
        case "rmsprop" if config.schedule != "constant":
            return keras.optimizers.RMSprop(rate(config, steps))
        case "adam" if config.schedule != "constant":
            return keras.optimizers.Adam(rate(config, steps))
        case "adamw":
            return keras.optimizers.AdamW(rate(config, steps), weight_decay=config.weight_decay)
        case name:
            return name


def rate(config: TrainConfig, steps: int) -> Any:
    """The rate, or its schedule over so many steps, which Keras computes as precisely as the rate is given."""
    schedules, usual = keras.optimizers.schedules, np.asarray(config.learning_rate, keras.config.floatx())
    match config.schedule:
        case "step":
            half, three_quarters = (math.ceil(share * steps) - 1 for share in (0.5, 0.75))
            return schedules.PiecewiseConstantDecay([half, three_quarters], [usual, usual / 10, usual / 100])
        case "exponential":
            return schedules.ExponentialDecay(usual, steps, np.asarray(0.01, usual.dtype))
        case "cosine":
            return schedules.CosineDecay(usual, steps)
        case "warm-up":
            begin = steps // 10
            return schedules.CosineDecay(0 * usual, steps - begin, warmup_target=usual, warmup_steps=begin)
    return config.learning_rate


def by_fit(config: TrainConfig, dataset: Dataset, start: Network | None = None) -> Training:
    images, labels = learned_from(config, dataset)
    learned, epochs = len(images), []
    model = classic(config, config.epochs * math.ceil((2 if config.augment else 1) * learned / config.batch_size))
    if start is not None:
        model.set_weights(start.weights)
    stopping = early_stopping(model, config) if config.patience else None
    unseen = [(dataset.test_images, dataset.test_labels)]
    if config.validation_images:
        unseen.append(
            (dataset.train_images[-config.validation_images :], dataset.train_labels[-config.validation_images :])
        )
    for epoch in range(config.epochs):
        count = 2 * learned if config.augment else learned
        order = np.random.default_rng([config.seed, epoch]).permutation(count)
        examples = pixels(examples_in(order, images, config.seed, epoch))
        fitted = model.fit(examples, labels[order % learned], config.batch_size, shuffle=False, verbose=0)
        read = [model.evaluate(pixels(them[0]), them[1], len(them[1]), verbose=0, return_dict=True) for them in unseen]
        running = (fitted.history["entropy"][0], fitted.history["accuracy"][0])
        epochs.append(Epoch(running, tuple(them[name] for them in read for name in ("entropy", "accuracy"))))
        if stopping:
            stopping.on_epoch_end(epoch, {"val_accuracy": read[1]["accuracy"]})
            if model.stop_training:
                break
    last = model.get_weights()
    if stopping:
        stopping.on_train_end()
    return Training(last, model.get_weights(), epochs)


def early_stopping(model: keras.Model, config: TrainConfig) -> keras.callbacks.EarlyStopping:
    """Keras's own, which `fit` would tell of each epoch."""
    stopping = keras.callbacks.EarlyStopping(
        "val_accuracy", config.min_delta, config.patience, mode="max", restore_best_weights=True
    )
    stopping.set_model(model)
    stopping.on_train_begin()
    return stopping


def learned_from(config: TrainConfig, dataset: Dataset) -> tuple[NDArray, NDArray]:
    """All but the last images, or of these the first of each class in a random order, as many as it has its share.

    Label noise does the same to choose which labels become wrong.
    """
    images, labels = (of[: len(of) - config.validation_images] for of in (dataset.train_images, dataset.train_labels))
    if config.training_images:
        chosen = first_of_each_class(labels, config.training_images, config.seed, 2)
        images, labels = images[chosen], labels[chosen]
    wrong = first_of_each_class(labels, round(config.label_noise * len(labels)), config.seed, 3)
    further = np.random.default_rng([config.seed, 0, 4]).integers(1, 10, len(labels))
    labels = labels.astype(int)
    labels[wrong] = (labels[wrong] + further[wrong]) % 10
    return images, labels


def first_of_each_class(labels: NDArray, count: int, seed: int, stream: int) -> list[int]:
    order = np.random.default_rng([seed, 0, stream]).permutation(len(labels)).tolist()
    sizes, seen, places = Counter(labels.tolist()), Counter[int](), {}
    for index in order:
        places[index] = (seen[labels[index]] + 0.5) / sizes[labels[index]]
        seen[labels[index]] += 1
    return sorted(sorted(sorted(places), key=places.__getitem__)[:count])


def pixels(images: NDArray) -> NDArray:
    dtype = keras.config.floatx()
    return images.reshape(-1, PIXELS).astype(dtype) / np.asarray(255, dtype)


def examples_in(order: NDArray, images: NDArray, seed: int, epoch: int) -> NDArray:
    """The images of an epoch; numbers from the count of images on stand for distorted copies."""
    examples = images[order % len(images)]
    copies = np.flatnonzero(order >= len(images))
    groups = [copies[first : first + GROUP] for first in range(0, len(copies), GROUP)]
    shares = np.random.default_rng([seed, epoch, 1]).uniform(-1, 1, (len(groups), 6))
    for group, share in zip(groups, shares, strict=True):
        these = source_pixels(*share[:, None])
        for place in group:
            examples[place] = distort(examples[place], these)[0]
    return examples


class Apart(NamedTuple):
    """The largest differences between two trainings; `read` is computed in float32 in any case."""

    weights: float
    running: float
    read: float


def apart(ours: Training, theirs: Training) -> Apart:
    assert len(ours.epochs) == len(theirs.epochs)
    return Apart(
        largest(zip(ours.weights, theirs.weights, strict=True)),
        largest((a.running, b.running) for a, b in zip(ours.epochs, theirs.epochs, strict=True)),
        largest((a.read, b.read) for a, b in zip(ours.epochs, theirs.epochs, strict=True)),
    )


def largest(pairs: Iterable[tuple[ArrayLike, ArrayLike]]) -> float:
    """The largest difference between the numbers of any pair."""
    return max(float(np.abs(np.subtract(a, b)).max()) for a, b in pairs)


ALONE = [
    TrainConfig(training_images=600),
    TrainConfig(label_noise=0.3),
    TrainConfig(hidden_units=(24, 8, 12, 20, 16)),
    TrainConfig(hidden_layers=0),
    TrainConfig(l2=0.01),
    TrainConfig(optimizer="sgd", momentum=0.9),
    TrainConfig(optimizer="adamw", weight_decay=0.02),
    TrainConfig(optimizer="nadam"),
    *(TrainConfig(schedule=name) for name in SCHEDULES if name != "constant"),
    *(TrainConfig(initialisation=name) for name in ("he", "too-small", "too-large", "zeros")),
    TrainConfig(batch_normalisation=True),
    TrainConfig(architecture="convolutional"),
]
"""Each setting by itself, with the optimizer that takes it; early stopping has a test of its own."""
COMBINED = [
    TrainConfig(
        validation_images=300, training_images=600, label_noise=0.3, batch_size=16, optimizer="sgd", augment=True
    ),
    TrainConfig(optimizer="adam", dropout=0.4, hidden_layers=2, activation="tanh"),
    TrainConfig(optimizer="sgd", initialisation="too-small", batch_normalisation=True, hidden_layers=2, batch_size=48),
    TrainConfig(
        architecture="convolutional",
        l2=0.01,
        batch_normalisation=True,
        optimizer="sgd",
        momentum=0.5,
        schedule="warm-up",
        learning_rate=0.1,
    ),
]


@pytest.mark.parametrize(
    "config",
    [*ALONE, *COMBINED],
    ids=lambda config: config.describe(),
)
def test_float64_equals_fit_to_nine_places_in_each_of_three_epochs(config):
    config = replace(config, epochs=3, seed=3)
    if config.hidden_units == 256:
        config = replace(config, hidden_units=32)
    with floats("float64"):
        ours, theirs = by_our_loop(config, few_images(1100)), by_fit(config, few_images(1100))
    assert {array.dtype for array in ours.weights} == {np.dtype("float64")}
    assert len(ours.epochs) == 3
    found = apart(ours, theirs)
    assert max(found.weights, found.running) < 1e-9, found
    if config.initialisation != "too-large":
        # Such a network is so sure of what it gets wrong that the test loss, which takes no probability for less than
        # Keras's epsilon, differs from that of `evaluate`, which computes it from the logits.
        assert found.read < 1e-6, found


def test_from_the_weights_of_another_run_float64_equals_fit_after_set_weights():
    """With other settings than that run had; the optimizer remembers nothing of it."""
    parent = TrainConfig(epochs=1, hidden_units=32)
    *_, last = train(parent, few_images(500))
    child = replace(parent, epochs=2, optimizer="adam", batch_size=64, dropout=0.2, seed=3)
    with floats("float64"):
        ours, theirs = (by(child, few_images(1100), last.network) for by in (by_our_loop, by_fit))
    found = apart(ours, theirs)
    assert max(found.weights, found.running) < 1e-9, found


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "sgd", "learning_rate": 0.5, "patience": 2, "min_delta": 0.01},
        {"optimizer": "adamw", "learning_rate": 0.01, "schedule": "cosine", "patience": 3, "dropout": 0.3, "l2": 0.001},
    ],
    ids=["alone", "with a schedule"],
)
def test_early_stopping_ends_and_keeps_the_weights_as_keras_does(settings):
    """In float64; what is kept is stored in float32."""
    config = TrainConfig(validation_images=300, epochs=12, hidden_units=32, seed=3, **settings)
    with floats("float64"):
        ours, theirs = by_our_loop(config, few_images(1100)), by_fit(config, few_images(1100))
    assert len(ours.epochs) < 12, "it has stopped early"
    assert largest(zip(theirs.weights, theirs.kept, strict=True)) > 0.001, "an earlier epoch was better than the last"
    found = apart(ours, theirs)
    assert max(found.weights, found.running) < 1e-9, found
    assert largest(zip(ours.kept, theirs.kept, strict=True)) < 1e-6


@pytest.mark.parametrize("optimizer", ["rmsprop", "adam", "sgd"])
def test_float32_equals_fit_after_twenty_steps(optimizer: str):
    config, dataset = TrainConfig(epochs=1, optimizer=optimizer), few_images(TWENTY_STEPS)
    found = apart(by_our_loop(config, dataset), by_fit(config, dataset))
    assert found.weights < 1e-6, found
    assert max(found.running, found.read) < 1e-5, found


def test_a_last_batch_of_a_single_image_which_has_no_two_halves_counts_as_in_fit():
    config, dataset = TrainConfig(epochs=1), few_images(2 * 128 + 1)
    assert max(apart(by_our_loop(config, dataset), by_fit(config, dataset))) < 1e-5
