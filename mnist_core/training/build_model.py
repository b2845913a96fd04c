"""The Keras model of a run, built exactly as the classic notebook builds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mnist_core.config import FILTERS, INITIALISATIONS, OPTIMIZERS, TrainConfig
from mnist_core.data import IMAGE_SIZE, PIXELS
from mnist_core.model.architecture import CLASSES, Filters
from mnist_core.model.convolution import KERNEL_SIZE, POOL_SIZE
from mnist_core.training.backend import keras


def build_model(config: TrainConfig, classes: int = CLASSES) -> keras.Model:
    """Return the compiled network of a run: (n, 784) float32 in [0, 1] -> (n, classes) probabilities.

    The initial weights and the dropout masks depend only on `config.seed`. Side effect: sets the global seeds of
    Python, NumPy and TensorFlow, as `keras.utils.set_random_seed` does.
    """
    keras.utils.set_random_seed(config.seed)
    layers: list[keras.layers.Layer] = [keras.Input((PIXELS,)), *_convolutions(config)]
    for units in config.units_of_each_layer:
        layers += _hidden(config, units)
    layers.append(_dense(config, classes, activation="softmax"))
    model = keras.Sequential(layers)
    compile_model(model, config)
    return model


def _convolutions(config: TrainConfig) -> list[keras.layers.Layer]:
    filters = [Filters(count, config.activation) for count in FILTERS[config.architecture]]
    return convolutional_layers(filters, lambda: _of_kernels(config))


def convolutional_layers(
    convolutions: Sequence[Filters], of_kernels: Callable[[], dict[str, Any]] = dict
) -> list[keras.layers.Layer]:
    """Return the layers before the dense ones (see `model.convolution`); [] if the dense layers read the pixels.

    `of_kernels` returns further arguments of a convolutional layer.
    """
    layers: list[keras.layers.Layer] = []
    for filters, activation in convolutions:
        layers += [
            keras.layers.Conv2D(filters, KERNEL_SIZE, activation=activation, **of_kernels()),
            keras.layers.MaxPooling2D(POOL_SIZE),
        ]
    image = keras.layers.Reshape((IMAGE_SIZE, IMAGE_SIZE, 1))
    return [image, *layers, keras.layers.Flatten()] if layers else []


def _hidden(config: TrainConfig, units: int) -> list[keras.layers.Layer]:
    """Return the layers of one hidden layer.

    Batch normalisation comes before the activation, as in the paper that introduced it (S. Ioffe and C. Szegedy, 2015):
    there it is linear once the network is trained, and can be folded into the dense layer. It subtracts the mean, and
    with it any bias, so the dense layer has none: its gradient would be rounding errors, which RMSprop and Adam would
    scale up to full steps.
    """
    if config.batch_normalisation:
        dense = _dense(config, units, use_bias=False)
        layers = [dense, keras.layers.BatchNormalization(), keras.layers.Activation(config.activation)]
    else:
        layers = [_dense(config, units, activation=config.activation)]
    return [*layers, keras.layers.Dropout(config.dropout)] if config.dropout else layers


def _dense(config: TrainConfig, units: int, **options: Any) -> keras.layers.Dense:
    return keras.layers.Dense(units, **options, **_of_kernels(config))


def _of_kernels(config: TrainConfig) -> dict[str, Any]:
    """Return what all layers with weights have in common.

    The initializer is a new one, which takes the next of the random seeds: layers with the same one would be alike.
    """
    initialisation = INITIALISATIONS[config.initialisation]
    initializer = getattr(keras.initializers, initialisation.keras_name)(**initialisation.arguments)
    penalty = keras.regularizers.L2(config.l2) if config.l2 else None
    return {"kernel_initializer": initializer, "kernel_regularizer": penalty}


def compile_model(model: keras.Model, config: TrainConfig) -> None:
    """Compile a model with the optimizer of the settings, and the loss and metric of the classic notebook."""
    optimizer = getattr(keras.optimizers, OPTIMIZERS[config.optimizer].keras_class)
    model.compile(
        optimizer=optimizer(**config.optimizer_arguments), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
