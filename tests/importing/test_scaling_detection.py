"""The pixel scaling that an imported network was trained on is detected, and a note says so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.data import PIXELS, Dataset, load_dataset
from mnist_core.evaluation import score
from mnist_core.evaluation.attribution import attribute
from mnist_core.importing.scaling_candidates import with_images_transposed, with_pixels_scaled
from mnist_core.importing.scaling_detection import detect_pixel_scaling
from mnist_core.model.architecture import Architecture
from mnist_core.model.input_scaling import scaled
from mnist_core.model.numpy_network import Network

pytestmark = pytest.mark.slow  # builds a network in Keras for each test

MNIST = load_dataset()
TRAIN, TRUTH, TEST, TEST_TRUTH = (array[:1500] for array in MNIST.arrays.values())
FEW = Dataset("few", TRAIN, TRUTH, TEST, TEST_TRUTH, MNIST.class_names)
STARTER = Network.load("starter")
X = MNIST.train_images[:1500].reshape(-1, PIXELS).astype(np.float32) / 255


def accuracy(network: Network) -> float:
    return score(network.predict(FEW.test_images), FEW.test_labels).accuracy


def trained_on(factor: NDArray | float, shift: NDArray | float) -> Network:
    """The starter network as it would be had it learned from x · factor + shift."""
    one = np.ones(PIXELS)
    return with_pixels_scaled(STARTER, one / factor, -one * shift / factor)


MEAN, SPREAD = float(X.mean()), float(X.std())
STANDARDISED = ("with mean 0 and standard deviation 1 over all images", "standardised by MNIST's mean")
"""Either will do: they differ by less than a hundredth."""


@pytest.mark.parametrize(
    ("factor", "shift", "words"),
    [
        (255, 0, "from 0 to 255"),
        (-1, 1, "from 1 to 0, ink dark on light"),
        (-255, 255, "from 255 to 0, ink dark on light"),
        (2, -1, "from −1 to 1"),
        (-2, 1, "from 1 to −1, ink dark on light"),
        (1 / SPREAD, -MEAN / SPREAD, STANDARDISED),
        (1 / 0.3081, -0.1307 / 0.3081, STANDARDISED),
        (1, -X.mean(axis=0), "less the mean image"),
    ],
)
def test_scaling_of_the_pixels_is_found_and_said(factor, shift, words):
    found = detect_pixel_scaling(trained_on(factor, shift), FEW)
    assert accuracy(found.network) == pytest.approx(accuracy(STARTER), abs=0.003)
    assert found.notes[0].removeprefix("It was probably trained on pixels ").startswith(words)
    assert len(found.notes) == 1


def test_pixels_standardised_one_by_one():
    spread = X.std(axis=0)
    always_black = spread == 0  # whatever such a network multiplies those by, it has learned nothing of them
    factor = 1 / np.where(always_black, 1, spread)
    found = detect_pixel_scaling(trained_on(factor, -X.mean(axis=0) * factor), FEW)
    assert accuracy(found.network) == pytest.approx(accuracy(STARTER), abs=0.01)
    assert "standard deviation 1 in each pixel" in found.notes[0]


def least_squares(inputs: NDArray[np.float32]) -> Network:
    """A network without hidden layers that has learned from these inputs (1500, 784), by ridge regression."""
    columns = np.hstack([inputs, np.ones((len(inputs), 1), np.float32)]).astype(np.float64)
    ridge = 1e-3 * np.trace(columns.T @ columns) / columns.shape[1] * np.eye(columns.shape[1])
    weights = 10 * np.linalg.solve(columns.T @ columns + ridge, columns.T @ np.eye(10)[FEW.train_labels])
    return Network.from_weights([weights[:-1], weights[-1]], "relu")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("l2_columns", "in each column of an image (L2)"),
        ("l2_image", "in each image (L2)"),
        ("l2_rows", "in each row of an image (L2)"),
    ],
)
def test_scaling_by_the_image_itself_is_found_and_kept(name, words):
    inputs = scaled(name, X)
    raw = least_squares(inputs)
    found = detect_pixel_scaling(raw, FEW)
    right = (raw.predict(inputs).argmax(axis=1) == FEW.train_labels).mean()
    assert found.network.scaling == name
    assert (found.network.predict(FEW.train_images).argmax(axis=1) == FEW.train_labels).mean() == pytest.approx(right)
    assert words in found.notes[0]
    again = Network.from_bytes(found.network.to_bytes())
    assert (again.predict(FEW.test_images[:50]) == found.network.predict(FEW.test_images[:50])).all()
    explained = attribute(again, FEW.test_images[0], 7, 3)
    logits = again.activations(FEW.test_images[:1])[-1][0]
    assert explained.difference == pytest.approx(float(logits[7] - logits[3]), abs=1e-3)
    assert explained.error < 1e-3


def test_scale_is_found_by_the_confidence_where_the_accuracy_does_not_tell():
    """Without biases, a network of ReLU reads the same digits whatever pixels are multiplied by."""
    weights = [array * (array.ndim == 2) for array in STARTER.weights]
    plain = Network.from_weights(weights, "relu")
    assert detect_pixel_scaling(plain, FEW) == (plain, [])
    found = detect_pixel_scaling(with_pixels_scaled(plain, np.full(PIXELS, 1 / 255), np.zeros(PIXELS)), FEW)
    assert "from 0 to 255" in found.notes[0]
    assert np.abs(found.network.predict(FEW.test_images[:50]) - plain.predict(FEW.test_images[:50])).max() < 1e-4


@pytest.mark.parametrize("images", [MNIST, FEW], ids=["all", "few"])
def test_network_that_was_trained_as_here_stays_as_it_is(images):
    assert detect_pixel_scaling(STARTER, images) == (STARTER, [])


def test_images_with_rows_and_columns_exchanged():
    found = detect_pixel_scaling(with_images_transposed(trained_on(-1, 1)), FEW)
    assert accuracy(found.network) == pytest.approx(accuracy(STARTER), abs=0.003)
    assert "from 1 to 0, ink dark on light, with rows and columns exchanged" in found.notes[0]


def guessing(rng: np.random.Generator) -> Network:
    return Network.from_weights([rng.normal(0, 0.1, shape) for shape in ((784, 32), 32, (32, 10), 10)], "relu")


def of_other_labels(rng: np.random.Generator) -> Network:
    order = np.array([3, 0, 4, 1, 2, 9, 5, 6, 7, 8])
    *hidden, kernel, bias = STARTER.weights
    return Network.from_weights([*hidden, kernel[:, order], bias[order]], "relu")


@pytest.mark.parametrize("make", [guessing, of_other_labels])
def test_network_that_fits_under_no_scaling_says_so(make: Callable[[np.random.Generator], Network]):
    network = make(np.random.default_rng(0))
    found = detect_pixel_scaling(network, FEW)
    assert found.network is network
    assert len(found.notes) == 1
    assert "It reads only" in found.notes[0]
    assert "with any of the usual scalings of pixels" in found.notes[0]


def test_architecture_is_described_as_it_is():
    def words(*hidden: tuple[int, str]) -> str:
        weights, inputs = [], PIXELS
        for units in [*(units for units, _ in hidden), 10]:
            weights += [np.zeros((inputs, units)), np.zeros(units)]
            inputs = units
        return Network.from_weights(weights, [name for _, name in hidden]).architecture.describe()

    assert words() == "no hidden layer"
    assert words((1, "relu")) == "1 unit, relu"
    assert words((64, "relu"), (64, "relu")) == "2 × 64 units, relu"
    assert words((256, "relu"), (64, "relu")) == "256, 64 units, relu"
    assert words((256, "relu"), (64, "tanh")) == "256 relu, 64 tanh units"
    assert Architecture.from_json(STARTER.architecture.to_json()) == STARTER.architecture
