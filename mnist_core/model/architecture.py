"""The architecture of a network: its layers, parameters and formula, without building it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from mnist_core.config import TrainConfig
from mnist_core.data import PIXELS
from mnist_core.text.words import percent

CLASSES = 10
"""The number of classes of MNIST. Other datasets may have more or fewer."""


Value = TypeVar("Value")


class Hidden(NamedTuple):
    """One hidden layer: its number of units, and the name of its activation (see `activations`)."""

    units: int
    activation: str


class Layer(NamedTuple):
    """One row of the summary of a network, as in `keras.Model.summary()`."""

    name: str
    units: int
    activation: str
    parameters: int
    arithmetic: str


@dataclass(frozen=True)
class Architecture:
    """The dense layers of a network: any number of hidden layers, then a softmax layer with one unit per class.

    `dropout` is the fraction of the units of each hidden layer that is dropped in training.
    """

    hidden: tuple[Hidden, ...]
    classes: int = CLASSES
    dropout: float = 0.0

    @classmethod
    def of(cls, config: TrainConfig, classes: int = CLASSES) -> Architecture:
        """Return the architecture of a network that is trained with these settings."""
        hidden = (Hidden(config.hidden_units, config.activation),) * config.hidden_layers
        return cls(hidden, classes, config.dropout)

    @classmethod
    def from_json(cls, text: str) -> Architecture:
        """Read what `to_json` wrote."""
        values = json.loads(text)
        return cls(tuple(Hidden(*layer) for layer in values["hidden"]), values["classes"])

    def to_json(self) -> str:
        """Return the layers as a JSON object, without the dropout, which is a setting."""
        return json.dumps({"hidden": [list(layer) for layer in self.hidden], "classes": self.classes})

    @property
    def parameters(self) -> int:
        """The number of weights and biases."""
        return sum(layer.parameters for layer in layer_table(self))

    @property
    def units(self) -> int | None:
        """The number of units of each hidden layer; None if the layers differ or there is none."""
        return _the_same([layer.units for layer in self.hidden])

    @property
    def activations(self) -> str:
        """The activations of the hidden layers: one name if all are the same, "" if there is no hidden layer."""
        names = [layer.activation for layer in self.hidden]
        return _the_same(names) or ", ".join(names)

    def describe(self) -> str:
        """Return the hidden layers in words: "2 × 64 units, relu", "256, 64 units, relu", "no hidden layer"."""
        if not self.hidden:
            return "no hidden layer"
        if _the_same(self.hidden):
            times = f"{len(self.hidden)} × " if len(self.hidden) > 1 else ""
            noun = "unit" if self.hidden[0].units == 1 else "units"
            return f"{times}{self.hidden[0].units} {noun}, {self.activations}"
        if _the_same([layer.activation for layer in self.hidden]):
            return f"{', '.join(str(layer.units) for layer in self.hidden)} units, {self.activations}"
        return ", ".join(f"{layer.units} {layer.activation}" for layer in self.hidden) + " units"


def _the_same(values: Sequence[Value]) -> Value | None:
    """Return the value that all have in common, or None."""
    return values[0] if len(set(values)) == 1 else None


def layer_table(architecture: Architecture) -> list[Layer]:
    """Return the layers from the input to the softmax. Parameters are weights and biases."""
    layers = [Layer("Input", PIXELS, "", 0, "28 × 28 pixels in a row")]
    inputs, dropout = PIXELS, architecture.dropout
    for units, activation in architecture.hidden:
        layers.append(_dense("Dense (hidden)", inputs, units, activation))
        if dropout:
            share = f"{percent(dropout, 0)} switched off at random in training"
            layers.append(Layer("Dropout", units, "", 0, share))
        inputs = units
    layers.append(_dense("Dense (output)", inputs, architecture.classes, "softmax"))
    return layers


def count_parameters(config: TrainConfig, classes: int = CLASSES) -> int:
    """Return the number of trainable parameters: 203,530 for the default settings and ten classes."""
    return Architecture.of(config, classes).parameters


def formula(architecture: Architecture) -> str:
    """Return the network as one line of LaTeX, from the pixels x to the probabilities p."""
    inner = "x"
    for index, layer in enumerate(architecture.hidden, 1):
        name = layer.activation.replace("_", r"\_")
        inner = rf"\mathrm{{{name}}}(W_{{{index}}}\,{inner} + b_{{{index}}})"
    last = len(architecture.hidden) + 1
    return rf"p = \mathrm{{softmax}}(W_{{{last}}}\,{inner} + b_{{{last}}})"


def _dense(name: str, inputs: int, units: int, activation: str) -> Layer:
    arithmetic = f"{inputs:,} × {units:,} weights + {units:,} biases"
    return Layer(name, units, activation, inputs * units + units, arithmetic)
