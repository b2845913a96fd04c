"""A dense layer with its normalisation folded in computes what the two compute one after the other."""

import numpy as np
import pytest

from mnist_core.model.batch_normalisation import folded


def test_a_folded_layer_computes_what_layer_and_normalisation_do():
    """Two inputs and two units, by hand; the second unit has had the same sum for every image."""
    kernel, bias = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -1.0])
    gamma, beta = np.array([3.0, 1.0]), np.array([0.1, 0.2])
    mean, variance, epsilon = np.array([1.5, 4.0]), np.array([3.0, 0.0]), 1.0
    new_kernel, new_bias = folded(kernel, bias, gamma, beta, mean, variance, epsilon)
    found = np.array([1.0, 2.0]) @ new_kernel + new_bias
    first = 3.0 * (1.0 * 1.0 + 2.0 * 3.0 + 0.5 - 1.5) / 2.0 + 0.1
    second = (1.0 * 2.0 + 2.0 * 4.0 - 1.0 - 4.0) / 1.0 + 0.2
    assert found == pytest.approx([first, second])
