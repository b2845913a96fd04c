"""The optimizers to choose from. To add one, add its record to `_RECORDS`: nothing else names them."""

from __future__ import annotations

from typing import NamedTuple

from mnist_core.text.words import listed


class Optimizer(NamedTuple):
    """An optimizer of Keras.

    `name` is the string by which Keras knows it, `keras_class` its class in `keras.optimizers`. `learning_rate` is the
    one that Keras 3 uses when the optimizer is named by its string. `update_seconds` is the time of an update, for
    each parameter, on the machine that `mnist_core.estimate` was fitted on. `adaptive` tells whether it scales the
    step of each weight by that weight's earlier gradients.
    """

    name: str
    keras_class: str
    learning_rate: float
    update_seconds: float
    adaptive: bool


_RECORDS = (
    Optimizer("rmsprop", "RMSprop", learning_rate=0.001, update_seconds=2.3e-9, adaptive=True),
    Optimizer("adam", "Adam", learning_rate=0.001, update_seconds=3.2e-9, adaptive=True),
    Optimizer("sgd", "SGD", learning_rate=0.01, update_seconds=0.6e-9, adaptive=False),
)

OPTIMIZERS: dict[str, Optimizer] = {record.name: record for record in _RECORDS}
"""By name, in the order in which they are offered; the first is the default."""


def adaptive_in_words() -> str:
    """Say which optimizers are adaptive: "rmsprop and adam adapt the step for each weight; sgd does not."."""
    adaptive = [record.name for record in _RECORDS if record.adaptive]
    others = [record.name for record in _RECORDS if not record.adaptive]
    verb = "does" if len(others) == 1 else "do"
    return f"{listed(adaptive)} adapt the step for each weight; {listed(others)} {verb} not."
