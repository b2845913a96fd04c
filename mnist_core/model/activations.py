"""The activation functions of hidden layers, by the names that Keras gives them, with their derivatives.

A name may include a number, as in "leaky_relu(0.3)". Four of the functions can be chosen for training (see
`config.network_settings`); the others occur in imported networks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAKY_RELU_SLOPE = 0.2
"""The slope that Keras uses for `activation="leaky_relu"`."""
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
"""G. Klambauer et al., "Self-Normalizing Neural Networks", 2017."""

_WRITTEN = re.compile(r"([a-z0-9_]+?)(?:\(([-+.e\d]+)\))?")


class Activation(NamedTuple):
    """A function and its derivative. Both take an array of any shape and a number: `usual`, or the one in the name.

    `homogeneous` means that f(x) = x · f'(x): the function is linear on both sides of 0, and f(0) = 0.
    """

    function: Callable[[NDArray, float], NDArray]
    derivative: Callable[[NDArray, float], NDArray]
    usual: float | None = None
    homogeneous: bool = False


def is_known(name: str) -> bool:
    """Whether `name` is a known activation function, with a number only if it takes one."""
    kind, number = parse(name)
    return kind in _ACTIVATIONS and (number is None or _ACTIVATIONS[kind].usual is not None)


def parse(name: str) -> tuple[str, float | None]:
    """Split a name into the function and its number: ("leaky_relu", 0.3) or ("relu", None)."""
    found = _WRITTEN.fullmatch(name)
    try:
        return (found[1], float(found[2]) if found[2] else None) if found else (name, None)
    except ValueError:
        return name, None


def with_number(kind: str, number: float) -> str:
    """Return the name of an activation function with a number, which is omitted if it is the usual one."""
    return kind if number == _ACTIVATIONS[kind].usual else f"{kind}({number:g})"


def activate(name: str, values: NDArray) -> NDArray:
    """Apply the function to `values` elementwise. The dtype, float32 or float64, is kept."""
    activation, number = _of(name)
    return activation.function(values, number)


def derivative(name: str, values: NDArray) -> NDArray:
    """Return the derivative at `values`, the inputs of the function."""
    activation, number = _of(name)
    return activation.derivative(values, number)


def is_homogeneous(name: str) -> bool:
    """Whether f(x) = x · f'(x), as it is for ReLU."""
    return _of(name)[0].homogeneous


def _of(name: str) -> tuple[Activation, float]:
    kind, number = parse(name)
    activation = _ACTIVATIONS[kind]
    return activation, (activation.usual or 0.0) if number is None else number


def _sigmoid(x: NDArray) -> NDArray:
    return (1 / (1 + np.exp(-np.clip(x, -80, 80)))).astype(x.dtype)


def _softplus(x: NDArray) -> NDArray:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _elu(x: NDArray, alpha: float) -> NDArray:
    negative = np.expm1(np.minimum(x, 0))
    return np.where(x > 0, x, negative if alpha == 1 else alpha * negative)


def _elu_derivative(x: NDArray, alpha: float) -> NDArray:
    return np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))


def _normal_distribution(x: NDArray) -> NDArray:
    """Return the cumulative distribution function of the standard normal distribution.

    It uses the approximation 7.1.26 of the error function in Abramowitz and Stegun, "Handbook of Mathematical
    Functions". The error is at most 1.5e-7, about the precision of float32.
    """
    z = np.abs(x) / np.sqrt(2).astype(x.dtype)
    t = 1 / (1 + 0.3275911 * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return 0.5 * (1 + np.sign(x) * (1 - series * np.exp(-z * z)))


def _gelu_derivative(x: NDArray) -> NDArray:
    return _normal_distribution(x) + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi).astype(x.dtype)


_ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(lambda x, _: np.maximum(x, 0), lambda x, _: (x > 0).astype(x.dtype), homogeneous=True),
    "tanh": Activation(lambda x, _: np.tanh(x), lambda x, _: 1 - np.tanh(x) ** 2),
    "sigmoid": Activation(lambda x, _: _sigmoid(x), lambda x, _: _sigmoid(x) * (1 - _sigmoid(x))),
    "elu": Activation(_elu, _elu_derivative, usual=1.0),
    "leaky_relu": Activation(
        lambda x, slope: np.where(x > 0, x, slope * x),
        lambda x, slope: np.where(x > 0, 1, slope).astype(x.dtype),
        usual=LEAKY_RELU_SLOPE,
        homogeneous=True,
    ),
    "linear": Activation(lambda x, _: x, lambda x, _: np.ones_like(x), homogeneous=True),
    "selu": Activation(
        lambda x, _: SELU_SCALE * _elu(x, SELU_ALPHA), lambda x, _: SELU_SCALE * _elu_derivative(x, SELU_ALPHA)
    ),
    "gelu": Activation(lambda x, _: x * _normal_distribution(x), lambda x, _: _gelu_derivative(x)),
    "silu": Activation(lambda x, _: x * _sigmoid(x), lambda x, _: _sigmoid(x) * (1 + x * (1 - _sigmoid(x)))),
    "softplus": Activation(lambda x, _: _softplus(x), lambda x, _: _sigmoid(x)),
    "softsign": Activation(lambda x, _: x / (1 + np.abs(x)), lambda x, _: 1 / (1 + np.abs(x)) ** 2),
    "relu6": Activation(
        lambda x, _: np.clip(x, 0, 6).astype(x.dtype), lambda x, _: ((x > 0) & (x < 6)).astype(x.dtype)
    ),
}
KINDS = tuple(_ACTIVATIONS)
