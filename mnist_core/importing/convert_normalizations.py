"""Converts layers of Keras that scale and shift values: Rescaling and the normalizations."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE, PIXELS
from mnist_core.importing.keras_file import KerasFile
from mnist_core.importing.keras_layers import KerasLayer, UnsupportedLayer, short_repr
from mnist_core.importing.network_builder import Array, NetworkBuilder

_LEAST_DEVIATION = 1e-7
"""Keras's Normalization uses at least this standard deviation, also for values that never change."""
_LARGEST_EPSILON = 1e-6
"""Largest epsilon of a LayerNormalization that counts as standardising images; a larger one is another scaling."""


def _convert_rescaling(builder: NetworkBuilder, layer: KerasLayer, _file: KerasFile) -> None:
    factor, shift = layer.numbers("scale", 1.0), layer.numbers("offset", 0.0)
    try:
        builder.scale(np.broadcast_to(factor, builder.shape).ravel(), np.broadcast_to(shift, builder.shape).ravel())
    except ValueError:
        raise UnsupportedLayer("does not fit values of the shape {shape}", shape=builder.shape) from None


def _convert_normalization(builder: NetworkBuilder, layer: KerasLayer, file: KerasFile) -> None:
    if layer.config.get("invert"):
        raise UnsupportedLayer("is inverted")
    if layer.config.get("mean") is None:
        moments: Sequence[Array] = layer.weights(file, ("mean", "variance"))
    else:
        moments = [layer.numbers("mean"), layer.numbers("variance")]
    axes = _axes(builder, layer)
    mean, variance = (_per_value(builder, numbers, axes) for numbers in moments)
    factor = 1 / np.maximum(np.sqrt(np.maximum(variance, 0)), _LEAST_DEVIATION)
    builder.scale(factor, -mean * factor)


def _convert_batch_normalization(builder: NetworkBuilder, layer: KerasLayer, file: KerasFile) -> None:
    names = (*_trained_weights(layer), "moving_mean", "moving_variance")
    axes = _axes(builder, layer)
    arrays = [_per_value(builder, array, axes) for array in layer.weights(file, names)]
    weights = dict(zip(names, arrays, strict=True))
    variance = np.maximum(weights["moving_variance"], 0) + layer.number("epsilon", 0.001)
    factor = weights.get("gamma", 1.0) / np.sqrt(variance)
    builder.scale(factor, weights.get("beta", 0.0) - weights["moving_mean"] * factor)


def _convert_unit_normalization(builder: NetworkBuilder, layer: KerasLayer, _file: KerasFile) -> None:
    axes = _axes(builder, layer)
    if math.prod(builder.shape[axis] for axis in axes) == PIXELS:
        builder.scale_per_image("l2_image")
        return
    is_square = builder.shape[:2] == (IMAGE_SIZE, IMAGE_SIZE)
    builder.scale_per_image(_UNIT_LENGTH_ALONG.get(axes, "") if is_square else "")


_UNIT_LENGTH_ALONG: dict[tuple[int, ...], str] = {(0,): "l2_columns", (1,): "l2_rows"}


def _convert_layer_normalization(builder: NetworkBuilder, layer: KerasLayer, file: KerasFile) -> None:
    """Accept a LayerNormalization over all pixels of an image; anywhere else, no fixed weights can replace it."""
    axes = _axes(builder, layer)
    whole_image = math.prod(builder.shape[axis] for axis in axes) == PIXELS
    exact = layer.number("epsilon", 0.001) <= _LARGEST_EPSILON
    builder.scale_per_image("standardised_image" if whole_image and exact else "")
    names = _trained_weights(layer)
    weights = dict(zip(names, layer.weights(file, names) if names else [], strict=True))
    factor, shift = weights.get("gamma", np.ones(PIXELS)), weights.get("beta", np.zeros(PIXELS))
    builder.scale(_per_value(builder, factor, axes), _per_value(builder, shift, axes))


def _trained_weights(layer: KerasLayer) -> tuple[str, ...]:
    """Return which of gamma and beta a BatchNormalization or LayerNormalization has."""
    return tuple(name for name, key in (("gamma", "scale"), ("beta", "center")) if layer.config.get(key, True))


def _axes(builder: NetworkBuilder, layer: KerasLayer) -> tuple[int, ...]:
    """Return a layer's axes in `builder.shape`, which has no batch axis."""
    axis, count = layer.config.get("axis", -1), len(builder.shape)
    given = axis if isinstance(axis, list) else [] if axis is None else [axis]
    if not all(type(it) is int and (1 <= it <= count or -count <= it <= -1) for it in given):
        raise UnsupportedLayer(
            "is along the axis {axis} of values of the shape {shape}", axis=short_repr(axis), shape=builder.shape
        )
    return tuple(sorted(it - 1 if it > 0 else it + count for it in given))


def _per_value(builder: NetworkBuilder, numbers: Array, axes: Sequence[int]) -> NDArray[np.float64]:
    """Broadcast numbers along some axes to one number for each value: (size,), in row-major order."""
    shape = [size if axis in axes else 1 for axis, size in enumerate(builder.shape)]
    exact: NDArray[np.float64] = np.asarray(numbers, dtype=np.float64)
    if exact.size not in (1, math.prod(shape)):
        raise UnsupportedLayer(
            "has {size} numbers for values of the shape {shape}", size=exact.size, shape=builder.shape
        )
    return np.broadcast_to(exact.reshape(shape if exact.size > 1 else ()), builder.shape).ravel()


NORMALIZATION_LAYERS: dict[str, Callable[[NetworkBuilder, KerasLayer, KerasFile], None]] = {
    "Rescaling": _convert_rescaling,
    "Normalization": _convert_normalization,
    "BatchNormalization": _convert_batch_normalization,
    "UnitNormalization": _convert_unit_normalization,
    "LayerNormalization": _convert_layer_normalization,
}
