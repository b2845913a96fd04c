"""A trained network in NumPy: reads digits without TensorFlow, in well under a millisecond each."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.archive import DamagedArchive, read_arrays
from mnist_core.data import PIXELS, flatten
from mnist_core.errors import UserError
from mnist_core.number import parse_run

Array = NDArray[np.float32]
STARTER_PATH = Path(__file__).parent / "assets" / "starter.npz"


CHUNK = 2000
"""Images read at once by `predict`: keeps the hidden layers' outputs to some 16 MB a layer."""


class NetworkError(UserError):
    """A network that is missing, damaged or not of this app's kind."""


class DenseLayer(NamedTuple):
    """The weights of one dense layer: `kernel` (inputs, units) and `bias` (units,), float32."""

    kernel: Array
    bias: Array


@dataclass(frozen=True, eq=False)
class Network:
    """Dense layers with one activation between them, and a softmax over the last."""

    layers: tuple[DenseLayer, ...]
    activation: str

    @classmethod
    def from_weights(cls, weights: Sequence[NDArray[np.floating]], activation: str) -> Network:
        """Build from kernel, bias, kernel, bias, ... as `keras.Model.get_weights()` lists them.

        Raises `NetworkError` if the shapes do not follow on each other or the first is not 784.
        """
        arrays = [np.asarray(array, dtype=np.float32) for array in weights]
        layers = tuple(DenseLayer(*pair) for pair in zip(arrays[::2], arrays[1::2], strict=False))
        if activation not in _ACTIVATIONS or len(arrays) % 2 or not layers:
            raise NetworkError(f"This is not a network of dense layers with a known activation ({activation!r}).")
        inputs = PIXELS
        for kernel, bias in layers:
            if kernel.ndim != 2 or kernel.shape[0] != inputs or bias.shape != kernel.shape[1:]:
                raise NetworkError(
                    f"A dense layer with {inputs} inputs was expected, not weights of shape {kernel.shape}."
                )
            inputs = kernel.shape[1]
        return cls(layers, activation)

    @classmethod
    def load(cls, source: str | Path | int) -> Network:
        """Load from an .npz file, the id of a run, or "starter": the network that comes with the app.

        Raises `NetworkError` if the file is missing or no network, and the store's errors for a run.
        """
        if isinstance(source, int) or (isinstance(source, str) and source.isdecimal()):
            from mnist_core.runs import RunStore  # here, since reading a file needs no database

            with RunStore.open() as store:
                return cls.from_bytes(store.network_bytes(source if isinstance(source, int) else parse_run(source)))
        path = STARTER_PATH if source == "starter" else Path(source)
        try:
            return cls.from_bytes(path.read_bytes())
        except OSError as error:
            raise NetworkError(f"The network {path} cannot be read: {error.strerror or error}.") from None

    @classmethod
    def from_bytes(cls, blob: bytes) -> Network:
        """Read what `to_bytes` wrote. Raises `NetworkError` if it is damaged; never unpickles."""
        try:
            arrays = read_arrays(blob)
            activation = str(arrays["activation"])
            weights = [arrays[f"weight_{index}"] for index in range(len(arrays) - 1)]
        except (DamagedArchive, OSError, KeyError) as error:
            raise NetworkError(f"The stored network is damaged and cannot be read ({error}).") from None
        return cls.from_weights(weights, activation)

    def to_bytes(self) -> bytes:
        """Return the network as an npz archive: `weight_0` (kernel), `weight_1` (bias), ..., `activation`."""
        buffer = io.BytesIO()
        arrays = {f"weight_{index}": array for index, array in enumerate(self.weights)}
        np.savez(buffer, allow_pickle=False, **arrays, activation=np.array(self.activation))
        return buffer.getvalue()

    @property
    def weights(self) -> list[Array]:
        """Kernel, bias, kernel, bias, ... in the order of `keras.Model.get_weights()`."""
        return [array for layer in self.layers for array in layer]

    @property
    def kernels(self) -> list[Array]:
        """The kernel (inputs, units) of each layer."""
        return [layer.kernel for layer in self.layers]

    def activate(self, values: NDArray) -> NDArray:
        """Return the hidden layers' activation function of any array; keeps float64 where the function can."""
        return _ACTIVATIONS[self.activation](values)

    def last_hidden(self, images: NDArray) -> Array:
        """Return the output of the last hidden layer (n, units), or the pixels (n, 784) where there is none."""
        outputs = self.activations(images)
        return outputs[-2] if len(outputs) > 1 else as_input(images)

    def activations(self, images: NDArray) -> list[Array]:
        """Return the output of each hidden layer (n, units) and, last, the logits (n, classes).

        `images` is (n, 28, 28) or (n, 784): uint8 from 0 to 255, or float in [0, 1].
        """
        values = as_input(images)
        outputs = []
        for index, (kernel, bias) in enumerate(self.layers):
            values = values @ kernel + bias
            if index < len(self.layers) - 1:
                values = _ACTIVATIONS[self.activation](values)
            outputs.append(values)
        return outputs

    def predict(self, images: NDArray) -> Array:
        """Return the class probabilities (n, classes), float32, for one or more images as in `activations`."""
        chunks = [images[start : start + CHUNK] for start in range(0, len(images), CHUNK)]
        return np.concatenate([softmax(self.activations(chunk)[-1]) for chunk in chunks])


def as_input(images: NDArray) -> Array:
    """Return images as the (n, 784) float32 in [0, 1] that a network takes; uint8 is scaled by 1/255."""
    if images.dtype == np.uint8:
        return flatten(images)
    return images.reshape(len(images), PIXELS).astype(np.float32, copy=False)


def softmax(logits: Array) -> Array:
    """Return exp(logits) normalised over the last axis; shifted by the maximum so that nothing overflows."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


_ACTIVATIONS: dict[str, Callable[[NDArray], NDArray]] = {
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: (1 / (1 + np.exp(-np.clip(x, -80, 80)))).astype(x.dtype),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
}
