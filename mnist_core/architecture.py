"""What a network with given settings looks like - its layers, parameters and formula - without building it."""

from __future__ import annotations

from typing import NamedTuple

from mnist_core.config import TrainConfig
from mnist_core.data import PIXELS
from mnist_core.words import percent

CLASSES = 10
"""Of MNIST; other datasets have another number."""


class Layer(NamedTuple):
    """One row of the network's summary, as `keras.Model.summary()` would show it."""

    name: str
    units: int
    activation: str
    parameters: int
    arithmetic: str


def layer_table(config: TrainConfig, classes: int = CLASSES) -> list[Layer]:
    """Return the layers from the input to the softmax; the parameters are weights + biases."""
    layers = [Layer("Input", PIXELS, "", 0, "28 × 28 pixels in a row")]
    inputs = PIXELS
    for _ in range(config.hidden_layers):
        layers.append(_dense("Dense (hidden)", inputs, config.hidden_units, config.activation))
        if config.dropout:
            share = f"{percent(config.dropout, 0)} switched off at random in training"
            layers.append(Layer("Dropout", config.hidden_units, "", 0, share))
        inputs = config.hidden_units
    layers.append(_dense("Dense (output)", inputs, classes, "softmax"))
    return layers


def count_parameters(config: TrainConfig, classes: int = CLASSES) -> int:
    """Return the number of trainable parameters: 203,530 for the default settings."""
    return sum(layer.parameters for layer in layer_table(config, classes))


def formula(config: TrainConfig) -> str:
    """Return the network as one line of LaTeX, from the pixels x to the probabilities p."""
    inner = "x"
    for index in range(1, config.hidden_layers + 1):
        inner = rf"\mathrm{{{config.activation}}}(W_{index}\,{inner} + b_{index})"
    last = config.hidden_layers + 1
    return rf"p = \mathrm{{softmax}}(W_{last}\,{inner} + b_{last})"


def _dense(name: str, inputs: int, units: int, activation: str) -> Layer:
    arithmetic = f"{inputs:,} × {units:,} weights + {units:,} biases"
    return Layer(name, units, activation, inputs * units + units, arithmetic)
