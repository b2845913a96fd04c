"""A file that Keras saved as a network of this app, that reads the images of a dataset."""

from __future__ import annotations

from typing import NamedTuple

from mnist_core.config import LIMITS
from mnist_core.data import Dataset
from mnist_core.importing.fitting import fit_to_pixels
from mnist_core.importing.folding import fold
from mnist_core.importing.layers import PlainLayer, plain_layers
from mnist_core.importing.saved_model import BadKerasFile, read_saved_model
from mnist_core.model.network import Network


class Imported(NamedTuple):
    """A network, the dropout that it was trained with, and sentences on what of it is not as it was."""

    network: Network
    dropout: float
    notes: list[str]


def read_network(data: bytes, classes: int) -> Imported:
    """Return the network in a `.keras` or `.h5` file that tells so many classes apart, for pixels as it was given.

    Nothing in the file is run. Raises `BadKerasFile` for anything that is not a chain of dense layers.
    """
    model = read_saved_model(data)
    try:
        layers = plain_layers(model)
        network, notes = fold(model, layers, classes)
    except BadKerasFile as error:
        raise BadKerasFile(f"{error} The file was saved by {model.saved_by}.") from None
    if model.hdf5:
        notes = [f"It was saved as HDF5, by {model.saved_by}.", *notes]
    return Imported(network, _dropout(layers), notes)


def import_network(data: bytes, dataset: Dataset) -> Imported:
    """Return the network in a file, for pixels from 0 to 1 as this app gives them: see `fit_to_pixels`.

    Raises `BadKerasFile` as `read_network` does.
    """
    found = read_network(data, len(dataset.class_names))
    fit = fit_to_pixels(found.network, dataset)
    return Imported(fit.network, found.dropout, [*found.notes, *fit.notes])


def _dropout(layers: list[PlainLayer]) -> float:
    """Return the rate of the first dropout layer, 0 without; it plays no part once a network is trained."""
    rate = next((layer.config.get("rate") for layer in layers if layer.kind == "Dropout"), 0.0)
    limits = LIMITS["dropout"]
    return float(rate) if isinstance(rate, int | float) and limits.low <= rate <= limits.high else 0.0
