"""The Keras model of a run, built exactly as the classic notebook builds it."""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its start-up chatter helps nobody here
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")  # results must not depend on a graphics card

import keras
import tensorflow as tf

from mnist_core.architecture import CLASSES
from mnist_core.config import TrainConfig
from mnist_core.data import PIXELS

THREADS = 1
"""Threads in one TensorFlow operation: a constant, because other counts give other last bits.

One, because these products are small: on two cores an epoch of the default settings took 0.63 s with
one thread and 0.98 s with two, and a second worker makes better use of the second core.
"""

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)


def build_model(config: TrainConfig) -> keras.Model:
    """Return the compiled network of a run: (n, 784) float32 in [0, 1] -> (n, 10) probabilities.

    The initial weights and the dropout follow from `config.seed` alone. Side effect: sets the
    global seeds of Python, NumPy and TensorFlow, as `keras.utils.set_random_seed` does.
    """
    keras.utils.set_random_seed(config.seed)
    layers: list[keras.layers.Layer] = [keras.Input((PIXELS,))]
    for _ in range(config.hidden_layers):
        layers.append(keras.layers.Dense(config.hidden_units, activation=config.activation))
        if config.dropout:
            layers.append(keras.layers.Dropout(config.dropout))
    layers.append(keras.layers.Dense(CLASSES, activation="softmax"))
    model = keras.Sequential(layers)
    optimizer = keras.optimizers.get(config.optimizer)
    optimizer.learning_rate = config.learning_rate
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
