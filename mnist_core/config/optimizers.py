"""The optimizers. To add one, add its record to `_RECORDS`; nothing else names them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from mnist_core.text.words import listed


class Optimizer(NamedTuple):
    """An optimizer of Keras.

    `name` is its identifier in Keras, `keras_class` its class in `keras.optimizers`. `learning_rate` is the default of
    Keras 3 for that identifier. `update_seconds` is the time of an update per parameter on the reference machine of
    `mnist_core.estimate`. `adaptive` means that it scales the step of each weight by the earlier gradients of that
    weight. `fusible` means that its update takes several operations per parameter, which XLA can fuse into one pass;
    docs/performance.md has measurements. `arguments` are the further settings that it takes, with their defaults in
    Keras.
    """

    name: str
    keras_class: str
    learning_rate: float
    update_seconds: float
    adaptive: bool
    fusible: bool
    arguments: Mapping[str, float] = MappingProxyType({})

    @property
    def defaults(self) -> dict[str, float]:
        """The settings that it takes, with their defaults in Keras."""
        return {"learning_rate": self.learning_rate, **self.arguments}


_RECORDS = (
    Optimizer("rmsprop", "RMSprop", learning_rate=0.001, update_seconds=0.72e-9, adaptive=True, fusible=True),
    Optimizer("adam", "Adam", learning_rate=0.001, update_seconds=1.0e-9, adaptive=True, fusible=True),
    Optimizer("sgd", "SGD", 0.01, update_seconds=0.1e-9, adaptive=False, fusible=False, arguments={"momentum": 0.0}),
    Optimizer(
        "adamw", "AdamW", 0.001, update_seconds=1.0e-9, adaptive=True, fusible=True, arguments={"weight_decay": 0.004}
    ),
    Optimizer("nadam", "Nadam", learning_rate=0.001, update_seconds=1.1e-9, adaptive=True, fusible=True),
)

OPTIMIZERS: dict[str, Optimizer] = {record.name: record for record in _RECORDS}
"""By name, in the order of the choice on the Train page. The first is the default."""


def taken_by(name: str) -> tuple[str, ...]:
    """Return the names of the optimizers that take a setting."""
    return tuple(record.name for record in _RECORDS if name in record.defaults)


def adaptive_in_words() -> str:
    """Say which optimizers are adaptive: "rmsprop and adam adapt the step for each weight; sgd does not."."""
    adaptive = [record.name for record in _RECORDS if record.adaptive]
    others = [record.name for record in _RECORDS if not record.adaptive]
    verb = "does" if len(others) == 1 else "do"
    return f"{listed(adaptive)} adapt the step for each weight; {listed(others)} {verb} not."
