"""Dense layers in the making, into which all that scales and shifts values is folded.

What a Rescaling, a Normalization or a BatchNormalization does to a value is the same multiplication and addition for
every image; it becomes part of the kernel and the bias of the dense layer before or after it, exactly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import LIMITS
from mnist_core.importing.saved_model import BadKerasFile
from mnist_core.model.activations import KINDS, is_known
from mnist_core.model.network import Network

Array = NDArray[np.floating]

MOST_UNITS = int(LIMITS["hidden_units"].high)
MOST_HIDDEN = 12
"""Hidden layers; each is computed and kept for thousands of images at a time."""
OUTPUTS = ("softmax", "log_softmax")
_EACH_BY_ITSELF = (
    "Its last layer judges each class by itself (sigmoid). Here a softmax takes its place: it reads every image as it "
    "did, with other confidences."
)
_SEVERAL_SOFTMAX = (
    "It has more than one softmax at its end, of which one is kept: it reads every image as it did, with higher "
    "confidences."
)


class Unfit(Exception):
    """A layer that this app's networks cannot have; the text goes on where the layer's name ends."""


class Chain:
    """Dense layers so far. The values that come out of them have a `shape`, and are numbered in the order of rows.

    `factor` and `shift` are by what values since the last activation are still to be multiplied, and what is to be
    added to them; None if there is nothing to do. A layer's activation is None as long as none has come.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.kernels: list[Array] = []
        self.biases: list[Array] = []
        self.activations: list[str | None] = []
        self.factor: Array | None = None
        self.shift: Array | None = None
        self.scaling = ""
        self.outputs: list[str] = []

    @property
    def size(self) -> int:
        """How many values there are."""
        return math.prod(self.shape)

    def dense(self, kernel: Array, bias: Array) -> None:
        """Add a dense layer (inputs, units), (units,). Raises `Unfit` if it has too many units."""
        if not 1 <= len(bias) <= MOST_UNITS:
            raise Unfit(f"has {len(bias):,} units, and at most {MOST_UNITS:,} can be shown here")
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
        """Multiply the values by `factor` and add `shift`: in the dense layer just made, or in the next one."""
        if self.activations and self.activations[-1] is None:
            self.kernels[-1] = self.kernels[-1].astype(np.float64) * factor
            self.biases[-1] = self.biases[-1].astype(np.float64) * factor + shift
        elif self.factor is None or self.shift is None:
            self.factor, self.shift = factor.astype(np.float64), shift.astype(np.float64)
        else:
            self.factor, self.shift = self.factor * factor, self.shift * factor + shift

    def scale_by_image(self, name: str) -> None:
        """Scale each image by itself (see `input_scaling`), which undoes earlier factors. Raises `Unfit` elsewhere."""
        same = True
        if self.factor is not None and self.shift is not None:
            same = bool(np.ptp(self.factor) == 0 and self.factor[0] > 0 and not self.shift.any())
        if not name or self.kernels or self.scaling or not same:
            raise Unfit("scales each image by itself, in a way or a place that this app does not have")
        self.factor = self.shift = None
        self.scaling = name

    def activate(self, name: str) -> None:
        """Apply an activation function, or one of `OUTPUTS`. Raises `Unfit` for one that is unknown."""
        if name in OUTPUTS:
            self.outputs.append(name)
            return
        if not is_known(name):
            raise Unfit(f"has the activation {name[:40]!r}; known are {', '.join(KINDS)}")
        if name == "linear" or (self.factor is None and self.activations and self.activations[-1] == name == "relu"):
            return  # a ReLU changes nothing a second time
        if not self.activations or self.activations[-1] is not None:
            self._identity()
        self.activations[-1] = name

    def _identity(self) -> None:
        """Add a dense layer that does no more than what is still to be done, so that an activation can follow."""
        self.dense(np.eye(self.size, dtype=np.float32), np.zeros(self.size, np.float32))

    def finish(self, classes: int) -> tuple[Network, list[str]]:
        """Return the network, and sentences on what of it is not as it was.

        Raises `BadKerasFile` unless it tells so many classes apart, and `Unfit` if its end is too wide.
        """
        if not self.kernels:
            raise BadKerasFile("The network has no dense layer, so that there is nothing to read with.")
        notes = self._end_with_logits(classes)
        last = len(self.biases[-1])
        if last != classes:
            raise BadKerasFile(
                f"The last layer has {last:,} unit{'s' * (last != 1)}, the dataset {classes} classes. Choose the "
                "dataset that the network learned from, or one with as many classes."
            )
        if len(self.kernels) > MOST_HIDDEN + 1:
            hidden = len(self.kernels) - 1
            raise BadKerasFile(f"The network has {hidden} hidden layers; at most {MOST_HIDDEN} are read.")
        arrays = _as_float32(self.kernels, self.biases)
        return Network.from_weights(arrays, [name or "linear" for name in self.activations[:-1]], self.scaling), notes

    def _end_with_logits(self, classes: int) -> list[str]:
        """Let the last dense layer be one without activation, so that a softmax can follow."""
        final, notes = self.activations[-1], []
        if final == "sigmoid" and not self.outputs and self.factor is None:
            self.activations[-1] = None
            if classes == 2 and self.size == 1:  # the probability of the second class, just as a softmax gives it
                self.kernels[-1] = np.pad(self.kernels[-1], ((0, 0), (1, 0)))
                self.biases[-1] = np.pad(self.biases[-1], (1, 0))
            else:
                notes.append(_EACH_BY_ITSELF)
        elif final is not None or self.factor is not None:
            self._identity()
        return [*notes, _SEVERAL_SOFTMAX] if len(self.outputs) > 1 else notes


def _as_float32(kernels: Sequence[Array], biases: Sequence[Array]) -> list[NDArray[np.float32]]:
    """Return kernel, bias, kernel, bias, ... Raises `BadKerasFile` if some are not finite."""
    with np.errstate(over="ignore"):
        arrays = [array.astype(np.float32) for pair in zip(kernels, biases, strict=True) for array in pair]
    if not all(np.isfinite(array).all() for array in arrays):
        raise BadKerasFile("Some weights in the file are no numbers: its training has diverged.")
    return arrays
