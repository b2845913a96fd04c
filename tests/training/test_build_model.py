"""The network before its first step."""

import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.training.build_model import build_model

pytestmark = pytest.mark.slow

IN, HIDDEN, CLASSES = 784, 200, 10


def initial(initialisation):
    """The weights and the biases of each layer: of 200 units, and of ten classes."""
    return build_model(TrainConfig(hidden_units=HIDDEN, initialisation=initialisation, seed=3)).get_weights()


@pytest.mark.parametrize(
    ("initialisation", "of_hidden", "of_last"),
    [
        ("glorot", (6 / (IN + HIDDEN)) ** 0.5, (6 / (HIDDEN + CLASSES)) ** 0.5),
        ("he", (6 / IN) ** 0.5, (6 / HIDDEN) ** 0.5),
        ("too-small", 0.01 * (6 / (IN + HIDDEN)) ** 0.5, 0.01 * (6 / (HIDDEN + CLASSES)) ** 0.5),
        ("too-large", 5 * (6 / (IN + HIDDEN)) ** 0.5, 5 * (6 / (HIDDEN + CLASSES)) ** 0.5),
    ],
)
def test_initial_weights_are_uniform_within_the_limits_of_their_initialisation(initialisation, of_hidden, of_last):
    hidden, _, last, _ = initial(initialisation)
    for kernel, limit in ((hidden, of_hidden), (last, of_last)):
        assert np.abs(kernel).max() == pytest.approx(limit, rel=0.01)
        assert np.quantile(kernel, [0.25, 0.5, 0.75]) == pytest.approx([-limit / 2, 0, limit / 2], abs=0.07 * limit)


def test_with_one_seed_they_are_the_same_random_numbers_times_a_factor():
    usual, small = initial("glorot"), initial("too-small")
    for kernel, smaller in zip(usual[::2], small[::2], strict=True):
        assert smaller == pytest.approx(0.01 * kernel, abs=1e-9)


@pytest.mark.parametrize("initialisation", ["glorot", "he", "too-small", "too-large", "zeros"])
def test_biases_begin_at_zero_and_weights_only_with_zeros(initialisation):
    hidden, bias, last, last_bias = initial(initialisation)
    assert not bias.any()
    assert not last_bias.any()
    assert hidden.any() == last.any() == (initialisation != "zeros")
