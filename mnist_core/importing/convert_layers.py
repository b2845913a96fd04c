"""Converts layers of Keras to a network of this app, by one function for each class of layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from mnist_core.data import PIXELS
from mnist_core.importing.convert_activations import ACTIVATION_LAYERS, apply_activation
from mnist_core.importing.convert_convolutions import CONVOLUTION_LAYERS
from mnist_core.importing.convert_normalizations import NORMALIZATION_LAYERS
from mnist_core.importing.keras_file import BadKerasFile, KerasFile
from mnist_core.importing.keras_layers import EXPECTED, TRAINING_ONLY, KerasLayer, UnsupportedLayer, short_repr
from mnist_core.importing.network_builder import NetworkBuilder
from mnist_core.model.numpy_network import Network

_MOST_AXES = 8


def convert_layers(file: KerasFile, layers: Sequence[KerasLayer], classes: int) -> tuple[Network, list[str]]:
    """Return the network that the layers form, and sentences that say what has changed.

    Raises `BadKerasFile` if a layer is not supported, or there is not one output for each class.
    """
    builder = NetworkBuilder(input_shape(layers))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # `build` refuses values that are not finite
        for layer in layers:
            _convert(builder, layer, file)
        try:
            return builder.build(classes)
        except UnsupportedLayer as reason:
            raise BadKerasFile("The last layer {reason}. {expected}", reason=reason, expected=EXPECTED) from None


def input_shape(layers: Sequence[KerasLayer]) -> tuple[int, ...]:
    """Return the shape of one image as the first layer takes it: 784 values, on any axes.

    The batch axis may have any size. Raises `BadKerasFile` for any other number of values.
    """
    first = layers[0].config if layers else {}
    stated = first.get("batch_shape") or first.get("batch_input_shape") or (layers[0].build_shape if layers else None)
    shape = list(stated[1:]) if isinstance(stated, list) else [PIXELS]
    known = math.prod(size for size in shape if type(size) is int and size > 0)
    if shape.count(None) == 1 and known:
        shape[shape.index(None)] = PIXELS // known
    valid = len(shape) <= _MOST_AXES and all(type(size) is int and size > 0 for size in shape)
    if not valid or math.prod(shape) != PIXELS:
        raise BadKerasFile(
            "The network takes inputs of the shape {stated}, not 28 × 28 pixels. {expected}",
            stated=short_repr(stated),
            expected=EXPECTED,
        )
    return tuple(shape)


def _convert(builder: NetworkBuilder, layer: KerasLayer, file: KerasFile) -> None:
    """Add one layer to the network. Raises `BadKerasFile` if it is not supported."""
    if layer.class_name in TRAINING_ONLY or layer.class_name == "InputLayer":
        return
    try:
        if builder.output_activations and layer.class_name not in ("Softmax", "Activation", "Flatten"):
            raise UnsupportedLayer("comes after the softmax")
        if builder.unpooled and layer.class_name not in (*ACTIVATION_LAYERS, "Activation", "MaxPooling2D"):
            raise UnsupportedLayer("comes after a Conv2D without max pooling")
        _CONVERTERS[layer.class_name](builder, layer, file)
    except UnsupportedLayer as reason:
        raise BadKerasFile(
            "The layer {layer} {reason}. {expected}", layer=layer.label, reason=reason, expected=EXPECTED
        ) from None


def _convert_dense(builder: NetworkBuilder, layer: KerasLayer, file: KerasFile) -> None:
    inputs = builder.shape[-1]
    if builder.size != inputs:
        raise UnsupportedLayer(
            "gets values of the shape {shape} and is applied to each row, as no Flatten comes before it",
            shape=builder.shape,
        )
    kernel, *rest = layer.weights(file, ("kernel", "bias") if layer.config.get("use_bias", True) else ("kernel",))
    layer.require_plain(kernel)
    units = layer.config.get("units")
    bias = rest[0] if rest else np.zeros(kernel.shape[-1:], np.float32)
    if type(units) is not int or kernel.shape != (inputs, units) or bias.shape != (units,):
        raise BadKerasFile(
            "The weights in the file do not fit its layers: {title} has {inputs} inputs and {units} "
            "units, and its weights have the shape {shape}.",
            title=layer.title,
            inputs=inputs,
            units=short_repr(units),
            shape=kernel.shape,
        )
    builder.add_dense(kernel, bias)
    apply_activation(builder, layer.config.get("activation"))


def _convert_flatten(builder: NetworkBuilder, layer: KerasLayer, _file: KerasFile) -> None:
    if layer.config.get("data_format") == "channels_first" and len(builder.shape) > 2 and builder.shape[0] != 1:
        raise UnsupportedLayer("takes the rows of an image for its channels (channels_first)")
    builder.shape = (builder.size,)


def _convert_reshape(builder: NetworkBuilder, layer: KerasLayer, _file: KerasFile) -> None:
    target = layer.config.get("target_shape")
    shape = list(target) if isinstance(target, list) else []
    known = math.prod(size for size in shape if type(size) is int and size > 0)
    shape = [builder.size // known if size == -1 and known else size for size in shape]
    valid = len(shape) <= _MOST_AXES and all(type(size) is int and size > 0 for size in shape)
    if not valid or math.prod(shape) != builder.size:
        raise UnsupportedLayer("reshapes {size} values to {target}", size=builder.size, target=short_repr(target))
    builder.shape = tuple(shape)


def _convert_activation(builder: NetworkBuilder, layer: KerasLayer, _file: KerasFile) -> None:
    apply_activation(builder, layer.config.get("activation"))


def _ignore_file(
    convert: Callable[[NetworkBuilder, KerasLayer], None],
) -> Callable[[NetworkBuilder, KerasLayer, KerasFile], None]:
    """Give a converter of layers without weights the signature of the others."""
    return lambda builder, layer, _file: convert(builder, layer)


_CONVERTERS: dict[str, Callable[[NetworkBuilder, KerasLayer, KerasFile], None]] = {
    "Dense": _convert_dense,
    "Flatten": _convert_flatten,
    "Reshape": _convert_reshape,
    "Activation": _convert_activation,
    **{class_name: _ignore_file(convert) for class_name, convert in ACTIVATION_LAYERS.items()},
    **CONVOLUTION_LAYERS,
    **NORMALIZATION_LAYERS,
}
"""How each class of `keras_layers.KNOWN_LAYERS` is converted, except those without effect in inference."""
