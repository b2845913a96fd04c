"""The architecture of a network: its layers, parameters and formula, without building it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from mnist_core.config import FILTERS, TrainConfig
from mnist_core.config.hidden_layers import Units, as_one
from mnist_core.data import PIXELS
from mnist_core.model.convolution import KERNEL_SIZE, POOL_SIZE, Maps, maps_of
from mnist_core.text.sentence import marked, sentence
from mnist_core.text.words import counted, listed, percent

CLASSES = 10
"""The number of classes of MNIST. Other datasets may have more or fewer."""


Value = TypeVar("Value")


class Hidden(NamedTuple):
    """One hidden layer: its number of units, and the name of its activation (see `activations`)."""

    units: int
    activation: str


class Filters(NamedTuple):
    """One convolutional layer (see `convolution`): its number of filters, and the name of its activation."""

    filters: int
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
    """The layers of a network: any number of hidden dense layers, then a softmax layer with one unit per class.

    `dropout` is the fraction of the units of each hidden layer that is dropped in training. The layers of
    `convolutions` come before the dense ones. With `normalised`, each hidden dense layer has batch normalisation in
    training; afterwards it is part of the dense layer.
    """

    hidden: tuple[Hidden, ...]
    classes: int = CLASSES
    dropout: float = 0.0
    convolutions: tuple[Filters, ...] = ()
    normalised: bool = False

    @classmethod
    def of(cls, config: TrainConfig, classes: int = CLASSES) -> Architecture:
        """Return the architecture of a network that is trained with these settings."""
        hidden = tuple(Hidden(units, config.activation) for units in config.units_of_each_layer)
        convolutions = tuple(Filters(count, config.activation) for count in FILTERS[config.architecture])
        return cls(hidden, classes, config.dropout, convolutions, config.batch_normalisation)

    @classmethod
    def from_json(cls, text: str) -> Architecture:
        """Read what `to_json` wrote: the layers of an imported network."""
        values = json.loads(text)
        convolutions = tuple(Filters(*layer) for layer in values.get("convolutions", ()))
        return cls(tuple(Hidden(*layer) for layer in values["hidden"]), values["classes"], convolutions=convolutions)

    def to_json(self) -> str:
        """Return the layers as a JSON object, without what applies in training only."""
        values = {"hidden": [list(layer) for layer in self.hidden], "classes": self.classes}
        return json.dumps(values | ({"convolutions": self.convolutions} if self.convolutions else {}))

    @property
    def name(self) -> str:
        """Its name as a setting: "dense" or "convolutional"."""
        filters = tuple(layer.filters for layer in self.convolutions)
        return next(name for name, preset in FILTERS.items() if preset == filters)

    @property
    def parameters(self) -> int:
        """The number of parameters that training changes."""
        return sum(layer.parameters for layer in layer_table(self))

    @property
    def maps(self) -> list[Maps]:
        """The shapes of what the convolutional layers make."""
        return maps_of([layer.filters for layer in self.convolutions])

    @property
    def features(self) -> int:
        """The number of inputs of the first dense layer."""
        return self.maps[-1].outputs if self.convolutions else PIXELS

    @property
    def units(self) -> Units:
        """The units of each hidden layer: one number if all have the same, 0 if there is none."""
        return as_one(tuple(layer.units for layer in self.hidden)) if self.hidden else 0

    @property
    def activations(self) -> str:
        """The activations of all layers but the last: one name if all are the same, "" if there is no such layer."""
        names = [it.activation for it in self.convolutions] + [it.activation for it in self.hidden]
        return _the_same(names) or ", ".join(names)

    def describe(self) -> str:
        """Return the layers but the last in words: "2 × 64 units, relu", "256, 64 units, relu", "no hidden layer"."""
        filters = f"{listed([str(count) for count, _ in self.convolutions])} filters, " if self.convolutions else ""
        return filters + self._hidden_in_words()

    def _hidden_in_words(self) -> str:
        if not self.hidden:
            return "no hidden layer"
        if _the_same(self.hidden):
            times = f"{len(self.hidden)} × " if len(self.hidden) > 1 else ""
            noun = "unit" if self.hidden[0].units == 1 else "units"
            return f"{times}{self.hidden[0].units} {noun}, {self.hidden[0].activation}"
        if activation := _the_same([layer.activation for layer in self.hidden]):
            return f"{', '.join(str(layer.units) for layer in self.hidden)} units, {activation}"
        return ", ".join(f"{layer.units} {layer.activation}" for layer in self.hidden) + " units"


def _the_same(values: Sequence[Value]) -> Value | None:
    """Return the value that all have in common, or None."""
    return values[0] if len(set(values)) == 1 else None


def layer_table(architecture: Architecture) -> list[Layer]:
    """Return the layers from the input to the softmax, with the numbers of their trainable parameters."""
    layers = [Layer(marked("Input"), PIXELS, "", 0, marked("28 × 28 pixels in a row"))]
    for (_, activation), maps in zip(architecture.convolutions, architecture.maps, strict=True):
        layers += _convolution(maps, activation)
    inputs, dropout = architecture.features, architecture.dropout
    for units, activation in architecture.hidden:
        if architecture.normalised:
            layers += _normalised(inputs, units, activation)
        else:
            layers.append(_dense(marked("Dense (hidden)"), inputs, units, activation))
        if dropout:
            share = sentence("{share} switched off at random in training", share=percent(dropout, 0))
            layers.append(Layer("Dropout", units, "", 0, share))
        inputs = units
    layers.append(_dense(marked("Dense (output)"), inputs, architecture.classes, "softmax"))
    return layers


def count_parameters(config: TrainConfig, classes: int = CLASSES) -> int:
    """Return the number of trainable parameters: 203,530 for the default settings and ten classes."""
    return Architecture.of(config, classes).parameters


def formula(architecture: Architecture) -> str:
    """Return the network in LaTeX, from pixels x to probabilities p. Convolutional layers have their own line."""
    inner = "x"
    for index in range(1, len(architecture.convolutions) + 1):
        inner = rf"c_{{{index}}}({inner})"
    for index, dense in enumerate(architecture.hidden, 1):
        total = rf"W_{{{index}}}\,{inner}"
        total = rf"\mathrm{{BN}}_{{{index}}}({total})" if architecture.normalised else rf"{total} + b_{{{index}}}"
        inner = rf"{_in_latex(dense.activation)}({total})"
    last = len(architecture.hidden) + 1
    whole = rf"p = \mathrm{{softmax}}(W_{{{last}}}\,{inner} + b_{{{last}}})"
    if not architecture.convolutions:
        return whole
    layer = rf"c_i(x) = \mathrm{{pool}}({_in_latex(architecture.convolutions[0].activation)}(F_i * x + a_i))"
    return rf"\begin{{gathered}} {layer} \\ {whole} \end{{gathered}}"


def _in_latex(activation: str) -> str:
    name = activation.replace("_", r"\_")
    return rf"\mathrm{{{name}}}"


def _convolution(maps: Maps, activation: str) -> list[Layer]:
    """Return the rows of a convolutional layer and of its pooling."""
    size = f"{KERNEL_SIZE} × {KERNEL_SIZE} × {maps.channels} × {maps.filters}"
    biases = counted(maps.filters, "bias", "biases")
    made = {"number": maps.filters, "side": maps.side}
    kept = {"number": maps.filters, "side": maps.pooled, "area": POOL_SIZE}
    return [
        Layer(
            marked("Convolution"),
            maps.sums,
            activation,
            maps.parameters,
            sentence("{size} weights + {biases}: {number} maps of {side} × {side}", size=size, biases=biases, **made),
        ),
        Layer(
            marked("Max pooling"),
            maps.outputs,
            "",
            0,
            sentence("the largest of each {area} × {area}: {number} maps of {side} × {side}", **kept),
        ),
    ]


def _normalised(inputs: int, units: int, activation: str) -> list[Layer]:
    """Return a dense layer without biases, which would be subtracted again, and its batch normalisation."""
    weights = sentence("{inputs:,} × {units:,} weights", inputs=inputs, units=units)
    numbers = sentence("{units:,} scales + {units:,} shifts; means and variances are moving averages", units=units)
    return [
        Layer(marked("Dense (hidden)"), units, "", inputs * units, weights),
        Layer(marked("Batch normalisation"), units, activation, 2 * units, numbers),
    ]


def _dense(name: str, inputs: int, units: int, activation: str) -> Layer:
    arithmetic = sentence("{inputs:,} × {units:,} weights + {units:,} biases", inputs=inputs, units=units)
    return Layer(name, units, activation, inputs * units + units, arithmetic)
