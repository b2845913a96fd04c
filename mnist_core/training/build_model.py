"""The Keras model of a run, built exactly as the classic notebook builds it."""

from __future__ import annotations

from functools import partial

from mnist_core.config import INITIALISATIONS, OPTIMIZERS, TrainConfig
from mnist_core.data import PIXELS
from mnist_core.model.architecture import CLASSES
from mnist_core.training.backend import keras


def build_model(config: TrainConfig, classes: int = CLASSES) -> keras.Model:
    """Return the compiled network of a run: (n, 784) float32 in [0, 1] -> (n, classes) probabilities.

    The initial weights and the dropout masks depend only on `config.seed`. Side effect: sets the global seeds of
    Python, NumPy and TensorFlow, as `keras.utils.set_random_seed` does.
    """
    keras.utils.set_random_seed(config.seed)
    dense = partial(_dense, config)
    layers: list[keras.layers.Layer] = [keras.Input((PIXELS,))]
    for _ in range(config.hidden_layers):
        layers.append(dense(config.hidden_units, config.activation))
        if config.dropout:
            layers.append(keras.layers.Dropout(config.dropout))
    layers.append(dense(classes, "softmax"))
    model = keras.Sequential(layers)
    compile_model(model, config)
    return model


def _dense(config: TrainConfig, units: int, activation: str) -> keras.layers.Dense:
    penalty = keras.regularizers.L2(config.l2) if config.l2 else None
    return keras.layers.Dense(
        units, activation=activation, kernel_initializer=_initializer(config), kernel_regularizer=penalty
    )


def _initializer(config: TrainConfig) -> keras.Initializer:
    """Return a new initializer, which takes the next of the random seeds: layers with the same one would be alike."""
    initialisation = INITIALISATIONS[config.initialisation]
    return getattr(keras.initializers, initialisation.keras_name)(**initialisation.arguments)


def compile_model(model: keras.Model, config: TrainConfig) -> None:
    """Compile a model with the optimizer of the settings, and the loss and metric of the classic notebook."""
    optimizer = getattr(keras.optimizers, OPTIMIZERS[config.optimizer].keras_class)
    model.compile(
        optimizer=optimizer(**config.optimizer_arguments), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
