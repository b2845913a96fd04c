"""A lower bound: only the matrix products of one epoch, in NumPy. One hidden layer needs five per step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mnist_core.config import TrainConfig
from mnist_core.data import PIXELS, load_dataset
from mnist_core.model.architecture import CLASSES


def prepare(config: TrainConfig) -> Callable[[], object]:
    """Return a function that computes the products of one epoch, with OpenBLAS's default number of threads."""
    rng, batch, (units,) = np.random.default_rng(0), config.batch_size, config.units_of_each_layer
    shapes = {"pixels": (batch, PIXELS), "kernel": (PIXELS, units), "hidden": (batch, units), "out": (batch, CLASSES)}
    pixels, kernel, hidden, out = (rng.random(shape, dtype=np.float32) for shape in shapes.values())
    last_kernel = rng.random((units, CLASSES), dtype=np.float32)

    def epoch() -> None:
        for _ in range(config.steps_per_epoch(len(load_dataset().train_images))):
            np.dot(pixels, kernel)
            np.dot(hidden, last_kernel)
            np.dot(hidden.T, out)  # the gradient of the last kernel
            np.dot(out, last_kernel.T)  # of the hidden layer
            np.dot(pixels.T, hidden)  # and of the first kernel

    epoch()
    return epoch
