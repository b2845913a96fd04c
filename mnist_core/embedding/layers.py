"""What each layer of a network makes of images, from the pixels to the logits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network, as_input

Array = NDArray[np.float32]


def layer_names(network: Network) -> list[str]:
    """Return the names of the layers in `layer_outputs`."""
    hidden = len(network.layers) - 1
    names = ["Hidden layer"] if hidden == 1 else [f"Hidden layer {number}" for number in range(1, hidden + 1)]
    return ["Pixels", *(["Filters"] if network.convolutions else []), *names, "Logits"]


def layer_outputs(network: Network, images: NDArray) -> list[Array]:
    """Return the outputs (n, units) of all layers for images as `Network.activations` takes them.

    The first are the pixels (n, 784) from 0 to 1, before any scaling. Then come what convolutional layers make of them,
    if there are any, the hidden layers, and the logits (n, classes).
    """
    inputs = network.inputs(images)
    filters = [inputs] if network.convolutions else []
    return [as_input(images), *filters, *network.dense_outputs(inputs)]
