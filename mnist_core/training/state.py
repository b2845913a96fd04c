"""What a trained Keras model hands on: the network that NumPy reads, and the rest of its state for a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.model.batch_normalisation import folded
from mnist_core.model.numpy_network import Network
from mnist_core.training.backend import keras


def network_of(model: keras.Model, config: TrainConfig) -> Network:
    """Return a copy of the network, with batch normalisation folded into the dense layers."""
    weights: list[NDArray[np.floating]] = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            weights[-2:] = _folded(weights[-2], weights[-1], layer)
        elif layer.trainable_variables:
            kernel = layer.kernel.numpy()
            bias = layer.bias.numpy() if layer.use_bias else np.zeros(kernel.shape[-1], kernel.dtype)
            weights += [kernel, bias]
    return Network.from_weights(weights, config.activation)


def _folded(
    kernel: NDArray[np.floating], bias: NDArray[np.floating], layer: keras.layers.BatchNormalization
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    variables = (layer.gamma, layer.beta, layer.moving_mean, layer.moving_variance)
    gamma, beta, mean, variance = (variable.numpy() for variable in variables)
    return folded(kernel, bias, gamma, beta, mean, variance, layer.epsilon)


def state_of(model: keras.Model) -> dict[str, NDArray]:
    """Return all state of a model and its optimizer that the network does not have, by names for an archive."""
    return {f"variable_{index}": variable.numpy() for index, variable in enumerate(_state_variables(model))}


def restore(model: keras.Model, network: Network, state: Mapping[str, NDArray] | None) -> None:
    """Assign the weights of a network and, if given, what `state_of` returned with it.

    Raises `KeyError` or `ValueError` if they do not fit the model. Without the state, the model must not have batch
    normalisation, whose numbers are only there.
    """
    variables = [] if _is_normalised(model) else [*model.trainable_variables]
    values = network.weights if variables else []
    if state is not None:
        rest = _state_variables(model)
        variables, values = variables + rest, values + [state[f"variable_{index}"] for index in range(len(rest))]
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _state_variables(model: keras.Model) -> list[keras.Variable]:
    """Return the variables of the optimizer, the seed states of dropout, and those that are folded into the network."""
    weights = model.trainable_variables if _is_normalised(model) else []
    return [*model.optimizer.variables, *model.non_trainable_variables, *weights]


def _is_normalised(model: keras.Model) -> bool:
    return any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers)
