"""What each class of layers of Keras does to the values that pass it, told to a `Chain` of dense layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE, PIXELS
from mnist_core.importing.chain import Array, Chain, Unfit
from mnist_core.importing.layers import EXPECTED, NO_EFFECT, PlainLayer, shown
from mnist_core.importing.saved_model import BadKerasFile, SavedModel
from mnist_core.model.activations import with_number
from mnist_core.model.network import Network

_MOST_AXES = 8
_SAME_AS = {"swish": "silu"}
_SOFTMAX_OF_TENSORFLOW = {"class_name": "function", "config": "softmax_v2"}
"""What Keras 3 writes for `activation=tf.nn.softmax`."""
_NO_SPREAD = 1e-7
"""What Keras's Normalization takes for the standard deviation of a value that is always the same."""
_SMALLEST_EPSILON = 1e-6
"""Added to a variance by a LayerNormalization that standardises images; more is another scaling than this app has."""


def fold(model: SavedModel, layers: Sequence[PlainLayer], classes: int) -> tuple[Network, list[str]]:
    """Return the network that the layers make up, and sentences on what of it is not as it was.

    Raises `BadKerasFile` if it is not one of dense layers that tells so many classes apart.
    """
    chain = Chain(input_shape(layers))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # what is not finite is refused at the end
        for layer in layers:
            _pass(chain, layer, model)
        try:
            return chain.finish(classes)
        except Unfit as reason:
            raise BadKerasFile(f"The last layer {reason}. {EXPECTED}") from None


def input_shape(layers: Sequence[PlainLayer]) -> tuple[int, ...]:
    """Return the shape of one image as the first layer takes it: 784 numbers, in whatever arrangement.

    The size of a batch, which may be fixed, plays no part. Raises `BadKerasFile` if there are more numbers or fewer.
    """
    first = layers[0].config if layers else {}
    stated = first.get("batch_shape") or first.get("batch_input_shape") or (layers[0].build_shape if layers else None)
    shape = list(stated[1:]) if isinstance(stated, list) else [PIXELS]
    known = math.prod(size for size in shape if type(size) is int and size > 0)
    if shape.count(None) == 1 and known:
        shape[shape.index(None)] = PIXELS // known
    counted = len(shape) <= _MOST_AXES and all(type(size) is int and size > 0 for size in shape)
    if not counted or math.prod(shape) != PIXELS:
        raise BadKerasFile(f"The network takes inputs of the shape {shown(stated)}, not 28 × 28 pixels. {EXPECTED}")
    return tuple(shape)


def _pass(chain: Chain, layer: PlainLayer, model: SavedModel) -> None:
    """Let the values pass one more layer. Raises `BadKerasFile` if this app's networks cannot have it."""
    if layer.kind in NO_EFFECT or layer.kind == "InputLayer":
        return
    try:
        if chain.outputs and layer.kind not in ("Softmax", "Activation", "Flatten"):
            raise Unfit("comes after the softmax")
        _LAYERS[layer.kind](chain, layer, model)
    except Unfit as reason:
        raise BadKerasFile(f"{layer.title[0].upper()}{layer.title[1:]} {reason}. {EXPECTED}") from None


# -- dense layers and shapes ------------------------------------------------------------------------------


def _dense(chain: Chain, layer: PlainLayer, model: SavedModel) -> None:
    inputs = chain.shape[-1]
    if chain.size != inputs:
        raise Unfit(f"gets values of the shape {chain.shape} and reads each row by itself, for no Flatten comes before")
    kernel, *bias = layer.weights(model, ("kernel", "bias") if layer.config.get("use_bias", True) else ("kernel",))
    if layer.config.get("lora_rank") or layer.config.get("quantization_config") or kernel.dtype.kind != "f":
        raise Unfit("is quantised, or adapted by LoRA")
    units = layer.config.get("units")
    given = bias[0] if bias else np.zeros(kernel.shape[-1:], np.float32)
    if type(units) is not int or kernel.shape != (inputs, units) or given.shape != (units,):
        raise BadKerasFile(
            f"The weights in the file do not fit its layers: {layer.title} has {inputs} inputs and {shown(units)} "
            f"units, and its weights the shape {kernel.shape}."
        )
    chain.dense(kernel, given)
    _activate(chain, layer, layer.config.get("activation"))


def _flatten(chain: Chain, layer: PlainLayer, _model: SavedModel) -> None:
    if layer.config.get("data_format") == "channels_first" and len(chain.shape) > 2 and chain.shape[0] != 1:
        raise Unfit("takes the rows of an image for its channels (channels_first)")
    chain.shape = (chain.size,)


def _reshape(chain: Chain, layer: PlainLayer, _model: SavedModel) -> None:
    target = layer.config.get("target_shape")
    shape = list(target) if isinstance(target, list) else []
    known = math.prod(size for size in shape if type(size) is int and size > 0)
    shape = [chain.size // known if size == -1 and known else size for size in shape]
    counted = len(shape) <= _MOST_AXES and all(type(size) is int and size > 0 for size in shape)
    if not counted or math.prod(shape) != chain.size:
        raise Unfit(f"makes the shape {shown(target)} of {chain.size} values")
    chain.shape = tuple(shape)


# -- activations ------------------------------------------------------------------------------------------


def _activate(chain: Chain, layer: PlainLayer, given: Any) -> None:
    """Apply what a layer names as its activation: a function's name, or one of the layers below."""
    kind = given.get("class_name") if isinstance(given, dict) else None
    if isinstance(kind, str) and kind in _AS_LAYERS:
        config = given.get("config")
        _AS_LAYERS[kind](chain, PlainLayer(kind, config if isinstance(config, dict) else {}))
    elif isinstance(given, dict) and _SOFTMAX_OF_TENSORFLOW.items() <= given.items():
        chain.activate("softmax")
    elif given is not None:
        chain.activate(_SAME_AS.get(given, given) if isinstance(given, str) else shown(given))


def _activation(chain: Chain, layer: PlainLayer, _model: SavedModel) -> None:
    _activate(chain, layer, layer.config.get("activation"))


def _softmax(chain: Chain, layer: PlainLayer) -> None:
    if layer.config.get("axis", -1) not in (-1, len(chain.shape), [-1]):
        raise Unfit("is not over the classes")
    chain.activate("softmax")


def _relu(chain: Chain, layer: PlainLayer) -> None:
    highest, slope = layer.config.get("max_value"), layer.config.get("negative_slope")
    if layer.config.get("threshold") or highest not in (None, 6) or (slope and highest):
        raise Unfit("is cut off in a way that this app does not have")
    if slope:
        chain.activate(with_number("leaky_relu", _number(slope)))
    else:
        chain.activate("relu6" if highest else "relu")


def _leaky_relu(chain: Chain, layer: PlainLayer) -> None:
    slope = layer.config.get("negative_slope", layer.config.get("alpha", 0.3))  # Keras 2 calls it alpha
    chain.activate(with_number("leaky_relu", _number(slope)))


def _elu(chain: Chain, layer: PlainLayer) -> None:
    chain.activate(with_number("elu", _number(layer.config.get("alpha", 1.0))))


_AS_LAYERS: dict[str, Callable[[Chain, PlainLayer], None]] = {
    "ReLU": _relu,
    "LeakyReLU": _leaky_relu,
    "ELU": _elu,
    "Softmax": _softmax,
}


# -- layers that scale --------------------------------------------------------------------------------------


def _rescaling(chain: Chain, layer: PlainLayer, _model: SavedModel) -> None:
    factor, shift = _numbers(layer.config.get("scale", 1.0)), _numbers(layer.config.get("offset", 0.0))
    try:
        chain.scale(np.broadcast_to(factor, chain.shape).ravel(), np.broadcast_to(shift, chain.shape).ravel())
    except ValueError:
        raise Unfit(f"does not fit values of the shape {chain.shape}") from None


def _normalization(chain: Chain, layer: PlainLayer, model: SavedModel) -> None:
    if layer.config.get("invert"):
        raise Unfit("is inverted")
    if layer.config.get("mean") is None:
        given: Sequence[Array] = layer.weights(model, ("mean", "variance"))
    else:
        given = [_numbers(layer.config["mean"]), _numbers(layer.config.get("variance"))]
    axes = _axes(chain, layer)
    mean, variance = (_for_each_value(chain, numbers, axes) for numbers in given)
    factor = 1 / np.maximum(np.sqrt(np.maximum(variance, 0)), _NO_SPREAD)
    chain.scale(factor, -mean * factor)


def _batch_normalization(chain: Chain, layer: PlainLayer, model: SavedModel) -> None:
    names = tuple(name for name, key in (("gamma", "scale"), ("beta", "center")) if layer.config.get(key, True))
    names = (*names, "moving_mean", "moving_variance")
    axes = _axes(chain, layer)
    arrays = [_for_each_value(chain, array, axes) for array in layer.weights(model, names)]
    found = dict(zip(names, arrays, strict=True))
    variance = np.maximum(found["moving_variance"], 0) + _number(layer.config.get("epsilon", 0.001))
    factor = found.get("gamma", 1.0) / np.sqrt(variance)
    chain.scale(factor, found.get("beta", 0.0) - found["moving_mean"] * factor)


def _unit_normalization(chain: Chain, layer: PlainLayer, _model: SavedModel) -> None:
    axes = _axes(chain, layer)
    if math.prod(chain.shape[axis] for axis in axes) == PIXELS:
        chain.scale_by_image("l2_image")
        return
    square = chain.shape[:2] == (IMAGE_SIZE, IMAGE_SIZE)
    chain.scale_by_image(_LENGTHS_ALONG.get(axes, "") if square else "")


_LENGTHS_ALONG: dict[tuple[int, ...], str] = {(0,): "l2_columns", (1,): "l2_rows"}


def _layer_normalization(chain: Chain, layer: PlainLayer, model: SavedModel) -> None:
    """Take one of all pixels for what standardises images; within a network, it depends on each image anew."""
    axes = _axes(chain, layer)
    whole = math.prod(chain.shape[axis] for axis in axes) == PIXELS
    exact = _number(layer.config.get("epsilon", 0.001)) <= _SMALLEST_EPSILON
    chain.scale_by_image("standardised_image" if whole and exact else "")
    names = tuple(name for name, key in (("gamma", "scale"), ("beta", "center")) if layer.config.get(key, True))
    found = dict(zip(names, layer.weights(model, names) if names else [], strict=True))
    factor, shift = found.get("gamma", np.ones(PIXELS)), found.get("beta", np.zeros(PIXELS))
    chain.scale(_for_each_value(chain, factor, axes), _for_each_value(chain, shift, axes))


def _axes(chain: Chain, layer: PlainLayer) -> tuple[int, ...]:
    """Return the axes that a layer names, counted without that of the images in a batch."""
    axis, count = layer.config.get("axis", -1), len(chain.shape)
    given = axis if isinstance(axis, list) else [] if axis is None else [axis]
    if not all(type(it) is int and (1 <= it <= count or -count <= it <= -1) for it in given):
        raise Unfit(f"is along the axis {shown(axis)} of values of the shape {chain.shape}")
    return tuple(sorted(it - 1 if it > 0 else it + count for it in given))


def _for_each_value(chain: Chain, numbers: Array, axes: Sequence[int]) -> NDArray[np.float64]:
    """Return numbers for the values along some axes as one number for each value, in the order of rows."""
    shape = [size if axis in axes else 1 for axis, size in enumerate(chain.shape)]
    exact: NDArray[np.float64] = np.asarray(numbers, dtype=np.float64)
    if exact.size not in (1, math.prod(shape)):
        raise Unfit(f"has {exact.size} numbers for values of the shape {chain.shape}")
    return np.broadcast_to(exact.reshape(shape if exact.size > 1 else ()), chain.shape).ravel()


def _numbers(value: Any) -> NDArray[np.float64]:
    """Return a setting that is a number, or numbers. Raises `Unfit` if it is anything else."""
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise Unfit(f"has {shown(value)} where a number was expected") from None


def _number(value: Any) -> float:
    numbers = _numbers(value)
    if numbers.size != 1:
        raise Unfit(f"has {shown(value)} where one number was expected")
    return float(numbers.reshape(()))


def _without_weights(function: Callable[[Chain, PlainLayer], None]) -> Callable[[Chain, PlainLayer, SavedModel], None]:
    return lambda chain, layer, _model: function(chain, layer)


_LAYERS: dict[str, Callable[[Chain, PlainLayer, SavedModel], None]] = {
    "Dense": _dense,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Activation": _activation,
    **{kind: _without_weights(function) for kind, function in _AS_LAYERS.items()},
    "Rescaling": _rescaling,
    "Normalization": _normalization,
    "BatchNormalization": _batch_normalization,
    "UnitNormalization": _unit_normalization,
    "LayerNormalization": _layer_normalization,
}
"""What the values do in a layer of each class; see `layers.KNOWN`."""
