"""The main settings, which the network of the textbook is described by. They come first on the Train page."""

from __future__ import annotations

from dataclasses import dataclass

from mnist_core.config.declaration import Number, NumberPerLayer, declared
from mnist_core.config.hidden_layers import MOST_HIDDEN_LAYERS, USUAL_UNITS


@dataclass(frozen=True)
class MainSettings:
    """The units of each hidden layer, and for how long and in what batches they learn."""

    hidden_units: int | tuple[int, ...] = declared(
        USUAL_UNITS,
        NumberPerLayer(1, 2048, whole=True, logarithmic=True, zero="no hidden layer", most=MOST_HIDDEN_LAYERS),
        "The number of units, also called neurons, in each hidden layer. A unit computes a weighted sum of its "
        "inputs; the weights are learned. More units can learn more, but take longer to train and overfit sooner. "
        "Several numbers give each layer its own.",
        dependent=True,  # on the number of layers
        main=True,
        aliases=("units", "neurons"),
        noun="unit",
        architecture=True,
        in_words_if_zero="no hidden layer",
    )
    epochs: int = declared(
        5,
        Number(1, 100, whole=True),
        "How many times the training goes through all training images. One such pass is called an epoch.",
        main=True,
        aliases=("epoch",),
        noun="epoch",
    )
    batch_size: int = declared(
        128,
        Number(1, 8192, whole=True, logarithmic=True),
        "The number of images in a batch. After each batch the weights are corrected once, which is called a step. "
        "Smaller batches mean more steps and slower epochs.",
        main=True,
        aliases=("batch",),
        summary="batch {value}",
    )
