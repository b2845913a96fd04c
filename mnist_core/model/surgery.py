"""Surgery on a trained network: what it loses without most weights or units, with rounded weights or with noise.

Each function returns another network of the same shape. Biases stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network

Array = NDArray[np.float32]


def with_pruned_weights(network: Network, fraction: float) -> Network:
    """Set the `fraction` (0 to 1) of all weights that are closest to 0 to 0, whichever layers they are in.

    Source: S. Han et al., "Learning both Weights and Connections for Efficient Neural Networks", 2015, without training
    the rest further.
    """
    sizes = np.concatenate([kernel.ravel() for kernel in network.weights[::2]])
    count = round(fraction * len(sizes))
    if not count:
        return network
    np.abs(sizes, out=sizes)  # in place, as the partition: ten million weights are 40 MB
    sizes.partition(count - 1)
    limit = sizes[count - 1]
    return _with_kernels(network, lambda kernel: np.where(np.abs(kernel) <= limit, 0, kernel))


def with_rounded_weights(network: Network, bits: int) -> Network:
    """Round each weight to one of 2^bits − 1 values, evenly spaced from −m to m, where m is the largest of its layer.

    `bits` is 2 to 16. Source: R. Krishnamoorthi, "Quantizing deep convolutional networks for efficient
    inference", 2018, symmetric uniform quantisation.
    """
    levels = 2 ** (bits - 1) - 1

    def rounded(kernel: Array) -> Array:
        step = np.float32(np.abs(kernel).max() / levels or 1.0)
        result: Array = np.rint(kernel / step) * step
        return result

    return _with_kernels(network, rounded)


def with_noise(network: Network, level: float, seed: int = 0) -> Network:
    """Add normal noise to each weight; its standard deviation is `level` times that of the weights of its layer."""
    random = np.random.default_rng(seed)

    def noisy(kernel: Array) -> Array:
        return kernel + level * kernel.std() * random.standard_normal(kernel.shape, np.float32)

    return _with_kernels(network, noisy)


def with_units(network: Network, layer: int, kept: Collection[int]) -> Network:
    """Switch off all units of a hidden dense layer (0 is the first) but `kept`: the next layer no longer reads them."""
    following = network.layers[layer + 1].kernel
    on = np.zeros((len(following), 1), bool)
    on[list(kept)] = True
    weights = network.weights
    weights[2 * (len(network.convolutions) + layer + 1)] = np.where(on, following, 0)
    return Network.from_weights(weights, network.activation, network.scaling)


def _with_kernels(network: Network, change: Callable[[Array], Array]) -> Network:
    weights = [change(array) if index % 2 == 0 else array for index, array in enumerate(network.weights)]
    return Network.from_weights(weights, network.activation, network.scaling)
