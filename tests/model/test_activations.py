"""Activation functions against their definitions, and their derivatives against differences."""

import math

import numpy as np
import pytest

from mnist_core.model.activations import activate, derivative, is_homogeneous, is_known, parse, with_number

X = np.array([-7.3, -2.1, -0.6, -0.01, 0.01, 0.4, 1.7, 5.9, 6.4])
DEFINITIONS = {
    "relu": lambda x: max(x, 0.0),
    "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "elu": lambda x: x if x > 0 else math.exp(x) - 1,
    "elu(0.5)": lambda x: x if x > 0 else 0.5 * (math.exp(x) - 1),
    "leaky_relu": lambda x: x if x > 0 else 0.2 * x,
    "leaky_relu(0.3)": lambda x: x if x > 0 else 0.3 * x,
    "linear": lambda x: x,
    "selu": lambda x: 1.05070098735548 * (x if x > 0 else 1.67326324235437 * (math.exp(x) - 1)),
    "gelu": lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))),
    "silu": lambda x: x / (1 + math.exp(-x)),
    "softplus": lambda x: math.log(1 + math.exp(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "relu6": lambda x: min(max(x, 0.0), 6.0),
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_function_is_what_its_name_says(name):
    assert activate(name, X).tolist() == pytest.approx([DEFINITIONS[name](x) for x in X.tolist()], abs=1e-6)
    assert activate(name, X.astype(np.float32)).dtype == np.float32
    assert is_known(name)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_derivative_is_the_slope_of_its_function(name):
    slopes = [(DEFINITIONS[name](x + 1e-6) - DEFINITIONS[name](x - 1e-6)) / 2e-6 for x in X.tolist()]
    assert derivative(name, X).tolist() == pytest.approx(slopes, abs=1e-5)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_homogeneous_are_those_that_are_straight_on_either_side_of_0(name):
    straight = np.allclose(activate(name, X), X * derivative(name, X), atol=1e-6)
    assert is_homogeneous(name) == straight
    assert straight == (name.split("(")[0] in ("relu", "leaky_relu", "linear"))


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "silu", "gelu", "elu", "selu", "tanh"])
def test_no_number_is_too_large(name):
    with np.errstate(all="raise", under="ignore"):
        values = activate(name, np.array([-1e4, 1e4], dtype=np.float32))
    assert np.isfinite(values).all()


def test_a_name_may_carry_a_number():
    assert parse("leaky_relu(0.3)") == ("leaky_relu", 0.3)
    assert parse("relu") == ("relu", None)
    assert (with_number("elu", 1.0), with_number("elu", 0.5)) == ("elu", "elu(0.5)")
    assert not any(is_known(name) for name in ("relu(0.3)", "swish", "elu(", "elu(x)", "elu(1.2.3)", ""))
