"""Batch normalisation as part of a dense layer, which it is as soon as a network is no longer trained."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def folded(
    kernel: Array, bias: Array, gamma: Array, beta: Array, mean: Array, variance: Array, epsilon: float
) -> tuple[Array, Array]:
    """Return kernel (inputs, units) and bias (units,) in float64 of a dense layer that includes its normalisation.

    All others are (units,). It computes gamma · (x @ kernel + bias - mean) / √(variance + epsilon) + beta, as
    S. Ioffe and C. Szegedy define it for inference ("Batch Normalization", 2015), with Keras's names.
    """
    factor = gamma / np.sqrt(variance.astype(np.float64) + epsilon)
    return kernel * factor, (bias - mean) * factor + beta
