"""Networks as `.keras` files: written by Keras, and read back by Keras once `keras_archive` has checked them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from mnist_core.architecture import CLASSES
from mnist_core.archive import read_arrays
from mnist_core.backend import keras
from mnist_core.config import TrainConfig
from mnist_core.export.keras_archive import BadKerasFile, Sketch, check, repack
from mnist_core.model import build_model
from mnist_core.network import Network


def to_keras(network: Network, config: TrainConfig, state: bytes | None = None) -> bytes:
    """Return a network as a `.keras` file, compiled as its run was: ready for `evaluate`, `predict` and `fit`.

    With the `state` of the run's checkpoint (see `Trainer.checkpoint`), `fit` goes on where the run ended; without,
    it starts with a fresh optimizer. Side effect: sets the global seeds, as `build_model` does.
    """
    model = build_model(config, len(network.layers[-1].bias))
    model.optimizer.build(model.trainable_variables)
    variables, values = [*model.trainable_variables], [*network.weights]
    if state is not None:
        arrays = read_arrays(state)
        rest = [*model.optimizer.variables, *model.non_trainable_variables]
        variables += rest
        values += [arrays[f"variable_{index}"] for index in range(len(rest))]
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        model.save(path)
        return path.read_bytes()


def from_keras(data: bytes, classes: int = CLASSES) -> tuple[Network, Sketch]:
    """Return the network of a `.keras` file that this app could have made for so many classes, and what it looks like.

    Keras is given nothing foreign but numbers: a description of our own making, and checked weights; in its
    safe mode all the same. Raises `BadKerasFile` for anything else.
    """
    sketch, weights = check(data, classes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        path.write_bytes(repack(sketch, weights, classes))
        try:
            model = keras.saving.load_model(path, compile=False, safe_mode=True)
        except Exception as error:  # Keras raises almost anything for weights that do not fit
            raise BadKerasFile(f"The weights in the file do not fit its layers ({error}).") from None
    arrays = model.get_weights()
    if not all(np.isfinite(array).all() for array in arrays):
        raise BadKerasFile("Some weights in the file are no numbers: its training has diverged.")
    return Network.from_weights(arrays, sketch.activation), sketch
