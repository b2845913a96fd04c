"""The training as version 1.0 wrote it: a fixed copy, to compare later ones with, bit by bit, on any processor.

It knows dense layers of one size and dropout. It must not follow changes of `mnist_core.training`. `Settings` are those
that version 1.0 stored, by name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import Dataset
from mnist_core.training.backend import in_one_thread, keras, tf

Settings = Mapping[str, Any]
OPTIMIZERS = {"rmsprop": "RMSprop", "adam": "Adam", "sgd": "SGD"}


def weights_of_earlier_training(settings: Settings, dataset: Dataset) -> list[NDArray[np.float32]]:
    """Return the weights after all epochs: kernel, bias, kernel, bias, ..."""
    model = _model(settings)
    steps = _compiled(model, settings)
    images, labels = dataset.train_images.reshape(-1, 784), dataset.train_labels.astype(np.int32)
    for epoch in range(settings["epochs"]):
        order = np.random.default_rng([settings["seed"], epoch]).permutation(len(images))
        for start, end in pairwise(_chunk_ends(settings["batch_size"], len(images))):
            which = order[start:end].reshape(math.ceil((end - start) / settings["batch_size"]), -1)
            steps(images[which], labels[which])
    return [variable.numpy() for variable in model.trainable_variables]


def _chunk_ends(batch: int, count: int) -> list[int]:
    whole = count // batch
    steps = min(512, max(1, whole // 18))
    return sorted({*range(0, whole * batch, steps * batch), whole * batch, count})


def _model(settings: Settings) -> keras.Model:
    keras.utils.set_random_seed(settings["seed"])
    layers: list[keras.layers.Layer] = [keras.Input((784,))]
    for _ in range(settings["hidden_layers"]):
        layers.append(keras.layers.Dense(settings["hidden_units"], activation=settings["activation"]))
        if settings["dropout"]:
            layers.append(keras.layers.Dropout(settings["dropout"]))
    model = keras.Sequential([*layers, keras.layers.Dense(10, activation="softmax")])
    optimizer = getattr(keras.optimizers, OPTIMIZERS[settings["optimizer"]])
    model.compile(optimizer=optimizer(learning_rate=settings["learning_rate"]), loss="sparse_categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)
    return model


def _compiled(model: keras.Model, settings: Settings) -> Callable[[NDArray, NDArray], object]:
    variables, optimizer = model.trainable_variables, model.optimizer
    halves = settings["batch_size"] >= 128 and not settings["dropout"]
    fused = settings["optimizer"] != "sgd" and model.count_params() >= 80_000

    @tf.function(jit_compile=fused or None)
    def update(gradients: list[list[tf.Tensor]]) -> None:
        optimizer.apply([tf.add_n(of_parts) for of_parts in zip(*gradients, strict=True)], variables)

    def gradients_of(images: tf.Tensor, labels: tf.Tensor, size: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            probabilities = model(tf.cast(images, "float32") / 255, training=True)
            losses = keras.losses.sparse_categorical_crossentropy(labels, probabilities)
            loss = tf.reduce_sum(losses) / size
        return list(tape.gradient(loss, variables))

    @tf.function(
        input_signature=[tf.TensorSpec([None, None, 784], tf.uint8), tf.TensorSpec([None, None], tf.int32)],
        autograph=True,
    )
    def loop(images: tf.Tensor, labels: tf.Tensor) -> None:
        for index in tf.range(tf.shape(images)[0]):
            size = tf.size(labels[index])
            bounds = [0, size // 2, size] if halves else [0, size]
            parts = [slice(*ends) for ends in pairwise(bounds)]
            update([gradients_of(images[index][p], labels[index][p], tf.cast(size, "float32")) for p in parts])

    def loop_in_one_thread(images: NDArray, labels: NDArray) -> None:
        with in_one_thread():
            loop(images, labels)

    return loop if halves else loop_in_one_thread
