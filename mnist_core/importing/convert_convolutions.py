"""Converts the convolutional layers of Keras that this app trains: 3×3 filters, each layer with 2×2 max pooling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mnist_core.config import CHOICES
from mnist_core.importing.convert_activations import apply_activation
from mnist_core.importing.keras_file import BadKerasFile, KerasFile
from mnist_core.importing.keras_layers import KerasLayer, UnsupportedLayer, short_repr
from mnist_core.importing.network_builder import NetworkBuilder
from mnist_core.model.convolution import KERNEL_SIZE, POOL_SIZE

_OF_CONV2D: dict[str, Any] = {
    "kernel_size": [KERNEL_SIZE] * 2,
    "strides": [1, 1],
    "padding": "valid",
    "dilation_rate": [1, 1],
    "groups": 1,
    "use_bias": True,
    "data_format": "channels_last",
}
_OF_POOLING: dict[str, Any] = {
    "pool_size": [POOL_SIZE] * 2,
    "strides": [POOL_SIZE] * 2,
    "padding": "valid",
    "data_format": "channels_last",
}


def _convert_conv2d(builder: NetworkBuilder, layer: KerasLayer, file: KerasFile) -> None:
    _require(layer, _OF_CONV2D)
    kernel, bias = layer.weights(file, ("kernel", "bias"))
    filters, channels = layer.config.get("filters"), builder.shape[-1]
    layer.require_plain(kernel)
    if kernel.shape != (KERNEL_SIZE, KERNEL_SIZE, channels, filters) or bias.shape != (filters,):
        raise BadKerasFile(
            "The weights in the file do not fit its layers: {title} has {filters} filters for {channels} "
            "channels, and its weights have the shape {shape}.",
            title=layer.title,
            filters=short_repr(filters),
            channels=channels,
            shape=kernel.shape,
        )
    builder.add_convolution(kernel, bias)
    apply_activation(builder, layer.config.get("activation"))


def _convert_pooling(builder: NetworkBuilder, layer: KerasLayer, _file: KerasFile) -> None:
    _require(layer, _OF_POOLING)
    builder.pool(CHOICES["activation"])


def _require(layer: KerasLayer, settings: dict[str, Any]) -> None:
    """Raise `UnsupportedLayer` unless the layer has these settings; one that it does not name is Keras's default."""
    for name, needed in settings.items():
        value = layer.config.get(name)
        if value not in (None, needed) and [value] * 2 != needed:
            raise UnsupportedLayer(
                "has the {name} {value}, and this app's networks have {needed}",
                name=name,
                value=short_repr(value),
                needed=needed,
            )


CONVOLUTION_LAYERS: dict[str, Callable[[NetworkBuilder, KerasLayer, KerasFile], None]] = {
    "Conv2D": _convert_conv2d,
    "MaxPooling2D": _convert_pooling,
}
