"""A trained network in NumPy. It classifies an image without TensorFlow in well under a millisecond."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import PIXELS, flatten
from mnist_core.data.npz_archive import DamagedArchive, read_arrays
from mnist_core.errors import UserError
from mnist_core.model.activations import activate, is_homogeneous, is_known
from mnist_core.model.architecture import Architecture, Filters, Hidden
from mnist_core.model.convolution import KERNEL_SIZE, Convolution, features, maps_of
from mnist_core.model.input_scaling import SCALINGS, factors_and_shifts, scaled

Array = NDArray[np.float32]
STARTER_PATH = Path(__file__).parents[1] / "assets" / "starter.npz"
OUTPUT_ACTIVATION = "softmax"

CONVOLUTION_DIMENSIONS = 4
"""Dimensions of the kernel of a convolutional layer: height, width, channels and filters."""

MOST_ON_ONE_THREAD = 5_000_000
"""Multiplications of a product that einsum computes, in one or two milliseconds.

BLAS divides products of three images and more among threads, which takes a tenth of that on a quiet machine, and 20 ms
where its threads have to wait for busy cores.
"""

CHUNK = 2000
"""Images per batch in `predict`, so that the outputs of a hidden layer take at most about 16 MB."""


class NetworkError(UserError):
    """The network is missing, damaged or of a kind that this app cannot use."""


class DenseLayer(NamedTuple):
    """One dense layer: `kernel` (inputs, units) and `bias` (units,), both float32, and the name of its activation."""

    kernel: Array
    bias: Array
    activation: str


@dataclass(frozen=True, eq=False)
class Network:
    """Dense layers with their activations (see `activations`). The last has a softmax.

    `scaling` names the scaling of pixels before the first layer (see `input_scaling`); "" means none. The layers of
    `convolutions` come before the dense ones; a network has either these, or a scaling, or neither.
    """

    layers: tuple[DenseLayer, ...]
    scaling: str = ""
    convolutions: tuple[Convolution, ...] = ()

    @classmethod
    def from_weights(
        cls, weights: Sequence[NDArray[np.floating]], activation: str | Sequence[str], scaling: str = ""
    ) -> Self:
        """Build from kernel, bias, kernel, bias, ... as `keras.Model.get_weights()` lists them.

        Kernels of four dimensions are those of convolutional layers, which come first. `activation` is one name for all
        layers but the last, or one for each. Raises `NetworkError` if the shapes do not match, the input size is not
        784, or an activation or the scaling is unknown.
        """
        arrays = [np.asarray(array, dtype=np.float32) for array in weights]
        hidden = len(arrays) // 2 - 1
        names = [activation] * max(hidden, 1) if isinstance(activation, str) else list(activation)
        if not arrays or len(arrays) % 2 or not all(map(is_known, names)) or len(names) not in (hidden, hidden or 1):
            raise NetworkError(
                "This is not a network of dense layers with a known activation ({activation!r}).", activation=activation
            )
        if scaling and scaling not in SCALINGS:
            raise NetworkError(
                "This is not a network of this app's kind: its pixels are scaled by {scaling!r}.", scaling=scaling
            )
        pairs = list(zip(arrays[::2], arrays[1::2], strict=True))
        first = sum(kernel.ndim == CONVOLUTION_DIMENSIONS for kernel, _ in pairs)
        inputs = _checked_convolutions(pairs[:first])
        for kernel, bias in pairs[first:]:
            if kernel.ndim != 2 or kernel.shape[0] != inputs or bias.shape != kernel.shape[1:]:
                raise NetworkError(
                    "A dense layer with {inputs} inputs was expected, not weights of shape {shape}.",
                    inputs=inputs,
                    shape=kernel.shape,
                )
            inputs = kernel.shape[1]
        named = list(zip(pairs, [*names[:hidden], OUTPUT_ACTIVATION], strict=True))
        convolutions = tuple(Convolution(*pair, name) for pair, name in named[:first])
        return cls(tuple(DenseLayer(*pair, name) for pair, name in named[first:]), scaling, convolutions)

    @classmethod
    def load(cls, source: str | Path) -> Self:
        """Load from an .npz file, or "starter": the network that comes with the app.

        Raises `NetworkError` if the file is missing or contains no network.
        """
        path = STARTER_PATH if source == "starter" else Path(source)
        try:
            return cls.from_bytes(path.read_bytes())
        except OSError as error:
            raise NetworkError(
                "The network {path} cannot be read: {reason}.", path=path, reason=error.strerror or error
            ) from None

    @classmethod
    def from_bytes(cls, blob: bytes) -> Self:
        """Read what `to_bytes` wrote. Raises `NetworkError` if it is damaged. Never unpickles."""
        try:
            arrays = read_arrays(blob)
            activation = arrays["activation"].tolist()
            scaling = str(arrays["scaling"]) if "scaling" in arrays else ""
            count = sum(name.startswith("weight_") for name in arrays)
            weights = [arrays[f"weight_{index}"] for index in range(count)]
        except (DamagedArchive, OSError, KeyError) as error:
            raise NetworkError("The stored network is damaged and cannot be read ({error}).", error=error) from None
        return cls.from_weights(weights, activation, scaling)

    def to_bytes(self, weights: Sequence[NDArray[np.floating]] | None = None) -> bytes:
        """Return the network as an npz archive: `weight_0` (kernel), `weight_1` (bias), ..., `activation`.

        `weights` are stored in place of its own: the same in another precision.

        `activation` is one name if all layers but the last have the same (as in all archives of earlier versions),
        otherwise one for each. `scaling` is present only if there is one.
        """
        buffer = io.BytesIO()
        stored = self.weights if weights is None else weights
        arrays: dict[str, NDArray] = {f"weight_{index}": array for index, array in enumerate(stored)}
        if self.scaling:
            arrays["scaling"] = np.array(self.scaling)
        np.savez(buffer, allow_pickle=False, **arrays, activation=np.array(self.activation))
        return buffer.getvalue()

    @property
    def activation(self) -> str | list[str]:
        """The activation of all layers but the last: one name if all are the same, otherwise one for each."""
        names = [layer.activation for layer in self._all_layers[:-1]] or ["linear"]
        return names[0] if len(set(names)) == 1 else names

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.layers[-1].bias)

    @property
    def architecture(self) -> Architecture:
        """The architecture of the network."""
        hidden = tuple(Hidden(len(layer.bias), layer.activation) for layer in self.layers[:-1])
        convolutions = tuple(Filters(len(layer.bias), layer.activation) for layer in self.convolutions)
        return Architecture(hidden, self.classes, convolutions=convolutions)

    @property
    def weights(self) -> list[Array]:
        """Kernel, bias, kernel, bias, ..., as in `keras.Model.get_weights()`."""
        return [array for layer in self._all_layers for array in (layer.kernel, layer.bias)]

    @property
    def is_piecewise_linear(self) -> bool:
        """Whether it is a linear function around each image: its activations are like ReLU (see `is_homogeneous`)."""
        return all(is_homogeneous(layer.activation) for layer in self._all_layers[:-1])

    @property
    def _all_layers(self) -> list[Convolution | DenseLayer]:
        return [*self.convolutions, *self.layers]

    @property
    def kernels(self) -> list[Array]:
        """The kernel (inputs, units) of each dense layer."""
        return [layer.kernel for layer in self.layers]

    def inputs(self, images: NDArray) -> Array:
        """Return the inputs (n, inputs) float32 of the first dense layer for images as in `activations`.

        They are the pixels (n, 784), or what convolutional layers make of them.
        """
        return features(self.convolutions, self.pixels(images))

    def pixels(self, images: NDArray) -> Array:
        """Return the pixels (n, 784) float32 that the first layer reads, for images as in `activations`."""
        return scaled(self.scaling, as_input(images))

    def for_one_image(self, pixels: NDArray[np.floating]) -> Network:
        """Return a network without scaling that is equivalent for one image with these pixels (784,).

        The factors and shifts of the image are folded into the weights of the first layer as constants.
        """
        if not self.scaling:
            return self
        factors, shifts = factors_and_shifts(self.scaling, pixels[None])
        first = self.layers[0]
        bias = first.bias + shifts[0] @ first.kernel
        return Network((first._replace(kernel=factors[0][:, None] * first.kernel, bias=bias), *self.layers[1:]))

    def last_hidden(self, images: NDArray) -> Array:
        """Return the output (n, units) of the last hidden layer, or `inputs` if there is none."""
        outputs = self.activations(images)
        return outputs[-2] if len(outputs) > 1 else self.inputs(images)

    def activations(self, images: NDArray) -> list[Array]:
        """Return the outputs of the hidden layers, (n, units) each, and finally the logits (n, classes).

        `images` is (n, 28, 28) or (n, 784): uint8 from 0 to 255, or float in [0, 1].
        """
        return self.dense_outputs(self.inputs(images))

    def dense_outputs(self, inputs: Array) -> list[Array]:
        """Return the same from the inputs (n, inputs) of the first dense layer, as `inputs` returns them."""
        values = inputs
        outputs = []
        for kernel, bias, activation in self.layers:
            values = _product(values, kernel) + bias
            if activation != OUTPUT_ACTIVATION:
                values = activate(activation, values)
            outputs.append(values)
        return outputs

    def predict(self, images: NDArray) -> Array:
        """Return the class probabilities (n, classes) float32 of one or more images as in `activations`."""
        chunks = [images[start : start + CHUNK] for start in range(0, len(images), CHUNK)]
        return np.concatenate([softmax(self.activations(chunk)[-1]) for chunk in chunks])


def _product(values: Array, kernel: Array) -> Array:
    """Return the matrix product of (n, inputs) and (inputs, units), a small one computed by this thread alone."""
    if len(values) * kernel.size <= MOST_ON_ONE_THREAD:
        return np.einsum("ij,jk->ik", values, kernel)
    return values @ kernel


def _checked_convolutions(pairs: Sequence[tuple[Array, Array]]) -> int:
    """Return how many inputs the first dense layer has after convolutional layers with these kernels and biases.

    Raises `NetworkError` if their shapes do not match.
    """
    maps = maps_of([len(bias) for _, bias in pairs])
    for (kernel, bias), shape in zip(pairs, maps, strict=True):
        expected = (KERNEL_SIZE, KERNEL_SIZE, shape.channels, shape.filters)
        if kernel.shape != expected or bias.ndim != 1 or not shape.pooled:
            raise NetworkError(
                "Filters of shape {expected} were expected, not of {shape}.", expected=expected, shape=kernel.shape
            )
    return maps[-1].outputs if maps else PIXELS


def as_input(images: NDArray) -> Array:
    """Return images as (n, 784) float32 in [0, 1], the input of a network. uint8 is scaled by 1/255."""
    if images.dtype == np.uint8:
        return flatten(images)
    return images.reshape(len(images), PIXELS).astype(np.float32, copy=False)


def softmax(logits: Array) -> Array:
    """Return the softmax over the last axis. Logits are shifted by their maximum to avoid overflow."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
