"""The initial weights of a network. To add some, add a record to `_RECORDS`; nothing else names them.

All are drawn uniformly, so that only their size differs, and with one seed they are multiples of each other. Biases
begin at 0. Sources: X. Glorot and Y. Bengio, AISTATS 2010, and K. He et al., ICCV 2015. Of Keras's two variants of He,
this is the uniform one: beside the default, it changes nothing but the size of the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


class Initialisation(NamedTuple):
    """How the weights of each layer, the last one included, are drawn before the first step.

    `keras_name` is the initializer's class in `keras.initializers`, and `arguments` are those that it gets.
    """

    name: str
    keras_name: str
    arguments: Mapping[str, Any] = MappingProxyType({})

    @property
    def keras_code(self) -> str:
        """The expression that makes the initializer in exported code."""
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items()).replace("'", '"')
        return f"keras.initializers.{self.keras_name}({arguments})"


def _times_glorot(factor: float) -> dict[str, Any]:
    """Return the arguments of `VarianceScaling` for Glorot's weights times a factor, which the variance has squared."""
    return {"scale": factor**2, "mode": "fan_avg", "distribution": "uniform"}


_RECORDS = (
    Initialisation("glorot", "GlorotUniform"),
    Initialisation("he", "HeUniform"),
    Initialisation("too-small", "VarianceScaling", _times_glorot(0.01)),
    Initialisation("too-large", "VarianceScaling", _times_glorot(5.0)),
    Initialisation("zeros", "Zeros"),
)

INITIALISATIONS: dict[str, Initialisation] = {record.name: record for record in _RECORDS}
"""By name, in the order of the choice on the Train page. The first is the default, and Keras's."""
