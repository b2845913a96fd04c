"""Import of a network: from the bytes of a Keras file to a `Network` that reads the images of a dataset."""

from __future__ import annotations

from typing import NamedTuple

from mnist_core.config import LIMITS
from mnist_core.data import Dataset
from mnist_core.importing.convert_layers import convert_layers
from mnist_core.importing.keras_file import BadKerasFile, read_keras_file
from mnist_core.importing.keras_layers import KerasLayer, layers_in_order
from mnist_core.importing.scaling_detection import detect_pixel_scaling
from mnist_core.model.numpy_network import Network


class ImportedNetwork(NamedTuple):
    """A network, its dropout rate during training, and sentences that say what the import has changed."""

    network: Network
    dropout: float
    notes: list[str]


def read_network(data: bytes, classes: int) -> ImportedNetwork:
    """Return the network in a `.keras` or `.h5` file, with its input scaling as saved.

    `classes` is the number of outputs that the network must have. No code in the file is run. Raises `BadKerasFile`
    for anything that is not a chain of layers that this app's networks can have.
    """
    file = read_keras_file(data)
    try:
        layers = layers_in_order(file)
        network, notes = convert_layers(file, layers, classes)
    except BadKerasFile as error:
        raise BadKerasFile("{error} The file was saved by {saved_by}.", error=error, saved_by=file.saved_by) from None
    if file.hdf5:
        notes = [f"It was saved as HDF5, by {file.saved_by}.", *notes]
    return ImportedNetwork(network, _dropout(layers), notes)


def import_network(data: bytes, dataset: Dataset) -> ImportedNetwork:
    """Return the network in a file, adapted to pixels from 0 to 1: see `detect_pixel_scaling`.

    Raises `BadKerasFile` as `read_network` does.
    """
    imported = read_network(data, len(dataset.class_names))
    detected = detect_pixel_scaling(imported.network, dataset)
    return ImportedNetwork(detected.network, imported.dropout, [*imported.notes, *detected.notes])


def _dropout(layers: list[KerasLayer]) -> float:
    """Return the rate of the first dropout layer, or 0 without one. Inference does not use it."""
    rate = next((layer.config.get("rate") for layer in layers if layer.class_name == "Dropout"), 0.0)
    limits = LIMITS["dropout"]
    return float(rate) if isinstance(rate, int | float) and limits.low <= rate <= limits.high else 0.0
