"""Converts activations of Keras: functions by their names, and layers that are activations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mnist_core.importing.keras_layers import KerasLayer, UnsupportedLayer, short_repr
from mnist_core.importing.network_builder import NetworkBuilder
from mnist_core.model.activations import with_number

_ALIASES = {"swish": "silu"}
_TENSORFLOW_SOFTMAX = {"class_name": "function", "config": "softmax_v2"}
"""What Keras 3 writes for `activation=tf.nn.softmax`."""


def apply_activation(builder: NetworkBuilder, activation: Any) -> None:
    """Apply a layer's `activation` setting: a function's name, a serialised layer, or None for no activation.

    Raises `UnsupportedLayer` for anything else.
    """
    class_name = activation.get("class_name") if isinstance(activation, dict) else None
    if isinstance(class_name, str) and class_name in ACTIVATION_LAYERS:
        config = activation.get("config")
        ACTIVATION_LAYERS[class_name](builder, KerasLayer(class_name, config if isinstance(config, dict) else {}))
    elif isinstance(activation, dict) and _TENSORFLOW_SOFTMAX.items() <= activation.items():
        builder.activate("softmax")
    elif isinstance(activation, str):
        builder.activate(_ALIASES.get(activation, activation))
    elif activation is not None:
        builder.activate(short_repr(activation))


def _convert_softmax(builder: NetworkBuilder, layer: KerasLayer) -> None:
    if layer.config.get("axis", -1) not in (-1, len(builder.shape), [-1]):
        raise UnsupportedLayer("is not over the classes")
    builder.activate("softmax")


def _convert_relu(builder: NetworkBuilder, layer: KerasLayer) -> None:
    highest, slope = layer.config.get("max_value"), layer.config.get("negative_slope")
    if layer.config.get("threshold") or highest not in (None, 6) or (slope and highest):
        raise UnsupportedLayer("has a limit or a threshold that this app does not support")
    if slope:
        builder.activate(with_number("leaky_relu", layer.number("negative_slope")))
    else:
        builder.activate("relu6" if highest else "relu")


def _convert_leaky_relu(builder: NetworkBuilder, layer: KerasLayer) -> None:
    slope = "negative_slope" if "negative_slope" in layer.config else "alpha"  # its name in Keras 2
    builder.activate(with_number("leaky_relu", layer.number(slope, 0.3)))


def _convert_elu(builder: NetworkBuilder, layer: KerasLayer) -> None:
    builder.activate(with_number("elu", layer.number("alpha", 1.0)))


ACTIVATION_LAYERS: dict[str, Callable[[NetworkBuilder, KerasLayer], None]] = {
    "ReLU": _convert_relu,
    "LeakyReLU": _convert_leaky_relu,
    "ELU": _convert_elu,
    "Softmax": _convert_softmax,
}
