"""One image on its way through a network: what each layer computes, and what its units add to the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation import convolution_gradients
from mnist_core.model.activations import activate, derivative
from mnist_core.model.convolution import pooled_maps
from mnist_core.model.numpy_network import OUTPUT_ACTIVATION, Network, softmax

Array = NDArray[np.float32]
Exact = NDArray[np.float64]


class LayerPass(NamedTuple):
    """What a dense layer computes for one image: outputs = activation(inputs @ kernel + bias).

    `inputs` (inputs,), `sums` and `outputs` (units,), all float32. The outputs of the last layer are its sums, the
    logits.
    """

    inputs: Array
    sums: Array
    outputs: Array


class Votes(NamedTuple):
    """What makes the gap between the logits of two classes.

    `units` (units,) float64 is what each unit of the last hidden layer adds to the logit of the one class minus that of
    the other, or each input if there is no hidden layer. `biases` is the difference of the two biases.
    """

    units: Exact
    biases: float

    @property
    def gap(self) -> float:
        """The logit of the one class minus that of the other: the sum of all votes and `biases`."""
        return float(self.units.sum()) + self.biases


class UnfoldedSum(NamedTuple):
    """The sum of a unit as pixels times weights, both (784,) float64, and a remainder.

    In the first layer the weights are the unit's own and the remainder is its bias. In a later one the weights are the
    gradient of the sum at this image: those of all paths to the unit, times the derivatives of the activations on them.
    With ReLU the remainder is then the share of the biases before it.
    """

    pixels: Exact
    weights: Exact
    remainder: float

    @property
    def products(self) -> Exact:
        """What each pixel adds to the sum: (784,)."""
        return self.pixels * self.weights


@dataclass(frozen=True, eq=False)
class ForwardPass:
    """What a network computes for one image: the `pixels` (784,) that it reads, and all dense layers in their order."""

    network: Network
    pixels: Array
    layers: tuple[LayerPass, ...]

    @classmethod
    def of(cls, network: Network, image: NDArray) -> Self:
        """Compute it for an image (28, 28), as `Network.activations` takes it: 0.1 ms for 256 units."""
        values = network.inputs(image[None])[0]
        layers = []
        for kernel, bias, activation in network.layers:
            sums = values @ kernel + bias
            outputs = sums if activation == OUTPUT_ACTIVATION else activate(activation, sums)
            layers.append(LayerPass(values, sums, outputs))
            values = outputs
        return cls(network, network.pixels(image[None])[0], tuple(layers))

    @property
    def maps(self) -> list[Array]:
        """The maps (side, side, filters) that each convolutional layer makes, after pooling."""
        return [maps[0] for maps in pooled_maps(self.network.convolutions, self.pixels[None])]

    @property
    def logits(self) -> Array:
        """The logits (classes,)."""
        return self.layers[-1].sums

    def probabilities(self, temperature: float = 1.0) -> Array:
        """Return the softmax (classes,) of the logits divided by a temperature above 0; at 1 it is the answer.

        Source: G. Hinton, O. Vinyals and J. Dean, "Distilling the Knowledge in a Neural Network", 2015.
        """
        return softmax(self.logits / np.float32(temperature))

    def votes(self, one: int, other: int) -> Votes:
        """Return the exact contribution h_j · (W[j, one] − W[j, other]) of each unit j to the gap of two classes."""
        bias = self.network.layers[-1].bias
        contributions = self.layers[-1].inputs * self._output_weights(one, other)
        return Votes(contributions, float(bias[one]) - float(bias[other]))

    def unfolded(self, layer: int, unit: int) -> UnfoldedSum:
        """Return which pixels times which weights make the sum of a unit of a layer; the first is 0."""
        gradient = self.network.layers[layer].kernel[:, unit].astype(np.float64)
        for index in range(layer - 1, -1, -1):
            gradient = self._back(index, gradient)
        pixels = self.pixels.astype(np.float64)
        _, passes = convolution_gradients.forward(self.network.convolutions, pixels[None])
        weights = convolution_gradients.backward(passes, gradient[None])[0]
        return UnfoldedSum(pixels, weights, float(self.layers[layer].sums[unit]) - float(pixels @ weights))

    def strongest_units(self, layer: int, one: int, other: int) -> list[int]:
        """Return the units of a hidden layer by the size of what they add to the gap of two classes, largest first.

        It is a unit's output times the gradient of the gap: in the last hidden layer its vote. Ties keep the order of
        the layer.
        """
        gradient = self._output_weights(one, other)
        for index in range(len(self.layers) - 2, layer, -1):
            gradient = self._back(index, gradient)
        return np.argsort(-np.abs(self.layers[layer].outputs * gradient), kind="stable").tolist()

    def _output_weights(self, one: int, other: int) -> Exact:
        kernel = self.network.layers[-1].kernel
        return kernel[:, one].astype(np.float64) - kernel[:, other]

    def _back(self, layer: int, gradient: Exact) -> Exact:
        """Return the gradient by a hidden layer's inputs from that by its outputs."""
        kernel, _, activation = self.network.layers[layer]
        slopes = derivative(activation, self.layers[layer].sums.astype(np.float64))
        return kernel.astype(np.float64) @ (slopes * gradient)
