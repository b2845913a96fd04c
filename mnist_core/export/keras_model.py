"""Exports networks as `.keras` files, written by Keras itself."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from mnist_core.config import TrainConfig
from mnist_core.data import IMAGE_SIZE, PIXELS
from mnist_core.data.npz_archive import read_arrays
from mnist_core.export.formats import require_readable
from mnist_core.model.activations import LEAKY_RELU_SLOPE, parse
from mnist_core.model.numpy_network import Network
from mnist_core.runs import Run, RunStore
from mnist_core.training.backend import keras
from mnist_core.training.build_model import build_model, compile_model, convolutional_layers
from mnist_core.training.state import restore


def keras_model_of(store: RunStore, run: Run) -> bytes:
    """Return the network of a run, with the state of its optimizer if stored.

    Raises `NoNetworkYet`, `DamagedBlob`, and `UnknownSettings` for a damaged run.
    """
    require_readable(run)
    if run.imported:
        network = Network.from_bytes(store.network_bytes(run.id))
        described = network.convolutions and run.layers is None
        return to_keras(network, run.config) if described else imported_to_keras(network)
    checkpoint = store.checkpoint(run.id)
    # Retention may have deleted the training state. With early stopping, its batch normalisation is of the last epoch.
    if checkpoint is None or (run.kept_weights and run.config.batch_normalisation):
        return to_keras(Network.from_bytes(store.network_bytes(run.id)), run.config)
    return to_keras(Network.from_bytes(checkpoint.network), run.config, checkpoint.optimizer)


def to_keras(network: Network, config: TrainConfig, state: bytes | None = None) -> bytes:
    """Return a network as a `.keras` file, compiled like its run: ready for `evaluate`, `predict` and `fit`.

    With the `state` of the checkpoint (see `Trainer.checkpoint`), `fit` continues where the run ended. Without it,
    `fit` starts with a new optimizer, and batch normalisation stays folded into the dense layers. Side effect: sets the
    global seeds, as `build_model` does.
    """
    if state is None:
        config = replace(config, batch_normalisation=False)
    model = build_model(config, network.classes)
    model.optimizer.build(model.trainable_variables)
    restore(model, network, None if state is None else read_arrays(state))
    return _saved(model)


def imported_to_keras(network: Network) -> bytes:
    """Return an imported network as a `.keras` file: its own layers, compiled with the default settings."""
    convolutions = convolutional_layers(network.architecture.convolutions)
    layers = [keras.Input((PIXELS,)), *_scaling(network.scaling), *convolutions]
    for layer in network.layers:
        layers += _dense(len(layer.bias), layer.activation)
    model = keras.Sequential(layers)
    model.set_weights(network.weights)
    compile_model(model, TrainConfig())
    model.optimizer.build(model.trainable_variables)
    return _saved(model)


def _dense(units: int, activation: str) -> list[keras.layers.Layer]:
    """Return a dense layer, and its activation as a separate layer if it has a number."""
    kind, number = parse(activation)
    if kind == "leaky_relu":
        slope = LEAKY_RELU_SLOPE if number is None else number
        return [keras.layers.Dense(units), keras.layers.LeakyReLU(negative_slope=slope)]
    if number is not None:
        return [keras.layers.Dense(units), keras.layers.ELU(alpha=number)]
    return [keras.layers.Dense(units, activation=kind)]


_UNIT_LENGTH_AXES = {"l2_columns": 1, "l2_rows": 2}


def _scaling(name: str) -> list[keras.layers.Layer]:
    """Return the layers of a scaling (see `input_scaling`)."""
    if not name:
        return []
    if name == "standardised_image":
        return [keras.layers.LayerNormalization(epsilon=_NO_VARIANCE, center=False, scale=False)]
    if name == "l2_image":
        return [keras.layers.UnitNormalization()]
    square = keras.layers.Reshape((IMAGE_SIZE, IMAGE_SIZE))
    return [square, keras.layers.UnitNormalization(axis=_UNIT_LENGTH_AXES[name]), keras.layers.Flatten()]


_NO_VARIANCE = 1e-12
"""A variance so small that it only affects images of a single grey value, which become 0."""


def _saved(model: keras.Model) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        model.save(path)
        return path.read_bytes()
