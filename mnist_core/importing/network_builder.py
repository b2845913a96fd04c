"""Builds a network from a sequence of convolutional and dense layers, scalings and activations.

Rescaling, Normalization and BatchNormalization multiply and add the same numbers for every image. So they can be
folded exactly into the kernel and bias of the dense layer before or after them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import FILTERS, LIMITS
from mnist_core.data import IMAGE_SIZE
from mnist_core.importing.keras_file import BadKerasFile
from mnist_core.importing.keras_layers import UnsupportedLayer
from mnist_core.model.activations import KINDS, is_known
from mnist_core.model.convolution import Convolution, maps_of
from mnist_core.model.numpy_network import Network
from mnist_core.text.words import counted, listed

Array = NDArray[np.floating]

MOST_UNITS = int(LIMITS["hidden_units"].high)
MOST_HIDDEN_LAYERS = 12
"""Every hidden layer is evaluated for thousands of images at once, and its values are kept in memory."""
OUTPUT_ACTIVATIONS = ("softmax", "log_softmax")
_SIGMOID_OUTPUT = (
    "Its last layer scores each class independently (sigmoid). Here a softmax replaces it: it predicts the same class "
    "for every image, with other confidences."
)
_SEVERAL_SOFTMAX = (
    "It has more than one softmax at its end, and only one is kept: it predicts the same class for every image, with "
    "higher confidences."
)


class NetworkBuilder:
    """The layers so far, and a scaling that is not part of a layer yet.

    The layers of `convolutions` come before the dense ones. While the last of them is `unpooled`, its maps are to be
    pooled next; its activation is "linear" until `activate` sets it.
    `shape` is the shape of one image's values after these layers; flattened, they are in row-major order. `factor` and
    `shift` (size,) are the pending scaling of these values, None without one. A layer's activation is None until
    `activate` sets it. `scaling` is the name of a scaling per image, see `input_scaling`.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.convolutions: list[Convolution] = []
        self.unpooled = False
        self.kernels: list[Array] = []
        self.biases: list[Array] = []
        self.activations: list[str | None] = []
        self.factor: Array | None = None
        self.shift: Array | None = None
        self.scaling = ""
        self.output_activations: list[str] = []

    @property
    def size(self) -> int:
        """The number of values of one image."""
        return math.prod(self.shape)

    def add_convolution(self, kernel: Array, bias: Array) -> None:
        """Add a convolutional layer (3, 3, channels, filters), (filters,).

        Raises `UnsupportedLayer` if anything but other convolutional layers comes before it.
        """
        maps = maps_of([len(it.bias) for it in self.convolutions])
        reads = (maps[-1].pooled, maps[-1].pooled, maps[-1].filters) if maps else (IMAGE_SIZE, IMAGE_SIZE, 1)
        if self.kernels or self.factor is not None or self.scaling or self.shape != reads:
            raise UnsupportedLayer("comes after a scaling or other layers, and here convolutional layers come first")
        self.convolutions.append(Convolution(kernel.astype(np.float32), bias.astype(np.float32), "linear"))
        self.unpooled = True

    def pool(self, activations: Sequence[str]) -> None:
        """Pool the maps of the last convolutional layer, which must have one of these activations.

        They never fall as their input rises, so they may also come after the pooling. Raises `UnsupportedLayer`.
        """
        if not self.unpooled or self.convolutions[-1].activation not in activations:
            raise UnsupportedLayer(
                "does not come after a Conv2D with one of the activations {activations}",
                activations=", ".join(activations),
            )
        maps = maps_of([len(it.bias) for it in self.convolutions])[-1]
        if not maps.pooled:
            raise UnsupportedLayer("leaves nothing of the image")
        self.shape, self.unpooled = (maps.pooled, maps.pooled, maps.filters), False

    def add_dense(self, kernel: Array, bias: Array) -> None:
        """Add a dense layer (inputs, units), (units,). Raises `UnsupportedLayer` if it has too many units."""
        if not 1 <= len(bias) <= MOST_UNITS:
            raise UnsupportedLayer(
                "has {units:,} units, and at most {most:,} can be shown here", units=len(bias), most=MOST_UNITS
            )
        if self.activations and self.activations[-1] is None:
            self.activations[-1] = "linear"
        if self.factor is not None and self.shift is not None:
            exact = kernel.astype(np.float64)
            kernel, bias = self.factor[:, None] * exact, self.shift @ exact + bias
            self.factor = self.shift = None
        self.kernels.append(kernel)
        self.biases.append(bias)
        self.activations.append(None)
        self.shape = (len(bias),)

    def scale(self, factor: Array, shift: Array) -> None:
        """Multiply the values by `factor` and add `shift`.

        The dense layer just added takes the scaling; after an activation, the next dense layer does.
        """
        if self.activations and self.activations[-1] is None:
            self.kernels[-1] = self.kernels[-1].astype(np.float64) * factor
            self.biases[-1] = self.biases[-1].astype(np.float64) * factor + shift
        elif self.factor is None or self.shift is None:
            self.factor, self.shift = factor.astype(np.float64), shift.astype(np.float64)
        else:
            self.factor, self.shift = self.factor * factor, self.shift * factor + shift

    def scale_per_image(self, name: str) -> None:
        """Scale each image by its own pixels: `name` is one of `input_scaling`, "" an unknown one.

        Such a scaling cancels a positive factor before it. Raises `UnsupportedLayer` unless it comes first.
        """
        cancels = True
        if self.factor is not None and self.shift is not None:
            cancels = bool(np.ptp(self.factor) == 0 and self.factor[0] > 0 and not self.shift.any())
        if not name or self.kernels or self.convolutions or self.scaling or not cancels:
            raise UnsupportedLayer("scales each image by itself, in a way or at a place that this app does not support")
        self.factor = self.shift = None
        self.scaling = name

    def activate(self, name: str) -> None:
        """Apply an activation function or an output activation. Raises `UnsupportedLayer` if it is unknown."""
        if name in OUTPUT_ACTIVATIONS:
            self.output_activations.append(name)
            return
        if not is_known(name):
            raise UnsupportedLayer(
                "has the activation {name!r}; known are {known}", name=name[:40], known=", ".join(KINDS)
            )
        if self.unpooled:
            self.convolutions[-1] = self.convolutions[-1]._replace(activation=name)
            return
        if name == "linear" or (self.factor is None and self.activations and self.activations[-1] == name == "relu"):
            return  # a second ReLU changes nothing
        if not self.activations or self.activations[-1] is not None:
            self._add_identity()
        self.activations[-1] = name

    def _add_identity(self) -> None:
        """Add a dense layer that applies only the pending scaling, so that an activation can follow."""
        self.add_dense(np.eye(self.size, dtype=np.float32), np.zeros(self.size, np.float32))

    def build(self, classes: int) -> tuple[Network, list[str]]:
        """Return the network, and sentences that say what has changed.

        Raises `BadKerasFile` unless there is one output for each class, and `UnsupportedLayer` if the output layer has
        too many units.
        """
        if not self.kernels:
            raise BadKerasFile("The network has no dense layer, so it cannot be used here.")
        notes = self._end_with_logits(classes)
        outputs = len(self.biases[-1])
        if outputs != classes:
            raise BadKerasFile(
                "The last layer has {units}, but the dataset has {classes} classes. Choose the "
                "dataset that the network learned from, or one with as many classes.",
                units=counted(outputs, "unit"),
                classes=classes,
            )
        if len(self.kernels) > MOST_HIDDEN_LAYERS + 1:
            hidden = len(self.kernels) - 1
            raise BadKerasFile(
                "The network has {hidden} hidden layers; at most {most} are supported.",
                hidden=hidden,
                most=MOST_HIDDEN_LAYERS,
            )
        self._require_known_filters()
        kernels = [*(it.kernel for it in self.convolutions), *self.kernels]
        biases = [*(it.bias for it in self.convolutions), *self.biases]
        names = [it.activation for it in self.convolutions] + [name or "linear" for name in self.activations[:-1]]
        return Network.from_weights(_as_float32(kernels, biases), names, self.scaling), notes

    def _require_known_filters(self) -> None:
        filters = tuple(len(it.bias) for it in self.convolutions)
        if filters not in FILTERS.values():
            known = listed([str(count) for preset in FILTERS.values() for count in preset])
            found = listed([str(count) for count in filters])
            raise BadKerasFile(
                "Its convolutional layers have {found} filters, and those of this app have {known}.",
                found=found,
                known=known,
            )

    def _end_with_logits(self, classes: int) -> list[str]:
        """Make the last dense layer one without activation, so that a softmax can follow. Return what has changed."""
        final, notes = self.activations[-1], []
        if final == "sigmoid" and not self.output_activations and self.factor is None:
            self.activations[-1] = None
            if classes == 2 and self.size == 1:  # a softmax over (0, logit) gives the second class this probability
                self.kernels[-1] = np.pad(self.kernels[-1], ((0, 0), (1, 0)))
                self.biases[-1] = np.pad(self.biases[-1], (1, 0))
            else:
                notes.append(_SIGMOID_OUTPUT)
        elif final is not None or self.factor is not None:
            self._add_identity()
        return [*notes, _SEVERAL_SOFTMAX] if len(self.output_activations) > 1 else notes


def _as_float32(kernels: Sequence[Array], biases: Sequence[Array]) -> list[NDArray[np.float32]]:
    """Return kernel, bias, kernel, bias, ... Raises `BadKerasFile` if any value is not finite."""
    with np.errstate(over="ignore"):
        arrays = [array.astype(np.float32) for pair in zip(kernels, biases, strict=True) for array in pair]
    if not all(np.isfinite(array).all() for array in arrays):
        raise BadKerasFile("Some weights in the file are not finite numbers, so its training has probably diverged.")
    return arrays
