import json
import math

import numpy as np
import pytest

from mnist_core.config import CHOICES, TrainConfig
from mnist_core.data import load_dataset
from mnist_core.evaluation import score
from mnist_core.model.architecture import Architecture, count_parameters, layer_table
from mnist_core.model.starter import Starter, starter
from mnist_core.network import Network, NetworkError
from mnist_core.training.build_model import build_model


@pytest.mark.slow
@pytest.mark.parametrize("activation", CHOICES["activation"])
@pytest.mark.parametrize(
    "other",
    [{"hidden_units": 48}, {"hidden_units": (48, 16, 32)}, {"hidden_units": 48, "architecture": "convolutional"}],
    ids=["one layer", "three", "convolutional"],
)
def test_numpy_and_keras_agree(activation, other):
    config = TrainConfig(activation=activation, dropout=0.5, **other)
    model = build_model(config)
    images = load_dataset().test_images[:2000]
    network = Network.from_weights([variable.numpy() for variable in model.trainable_variables], activation)
    expected = model.predict(images.reshape(-1, 784).astype("float32") / 255, verbose=0)
    np.testing.assert_allclose(network.predict(images), expected, atol=1e-5)


def test_pictures_as_bytes_and_as_fractions_read_the_same():
    images = load_dataset().test_images[:50]
    network = Network.load("starter")
    expected = network.predict(images)
    np.testing.assert_allclose(network.predict(images.astype(np.float32) / 255), expected, atol=1e-6)
    assert expected.dtype == np.float32
    np.testing.assert_allclose(expected.sum(axis=1), 1, atol=1e-5)


def test_starter_network_reads_as_much_as_is_said_of_it():
    dataset, network = load_dataset(), Network.load("starter")
    accuracy = score(network.predict(dataset.test_images), dataset.test_labels).accuracy
    assert accuracy == pytest.approx(starter().test_accuracy, abs=2e-4), "another processor may round otherwise"
    assert accuracy >= 0.985
    assert starter().config.augment
    assert network.kernels[0].shape == (784, starter().config.hidden_units)
    assert Starter(**json.loads(starter().to_json()) | {"config": starter().config}) == starter()


def test_bytes_round_trip():
    network = Network.load("starter")
    again = Network.from_bytes(network.to_bytes())
    assert again.activation == network.activation
    for ours, theirs in zip(again.weights, network.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_damaged_missing_and_foreign_files_get_a_sentence(tmp_path):
    blob = Network.load("starter").to_bytes()
    for name, content in {"cut": blob[: len(blob) // 2], "empty": b"", "foreign": b"not a network"}.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(NetworkError, match="damaged"):
            Network.load(path)
    with pytest.raises(NetworkError, match="cannot be read"):
        Network.load(tmp_path / "missing.npz")
    with pytest.raises(NetworkError, match="784 inputs was expected"):
        Network.from_weights([np.zeros((100, 10)), np.zeros(10)], "relu")


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig(),
        TrainConfig(hidden_units=7, hidden_layers=3, dropout=0.1),
        TrainConfig(architecture="convolutional"),
        TrainConfig(hidden_units=7, hidden_layers=2, batch_normalisation=True),
        TrainConfig(hidden_units=(7, 11, 3)),
        TrainConfig(hidden_layers=0),
    ],
)
def test_parameter_count_is_keras_own(config):
    assert count_parameters(config) == sum(math.prod(it.shape) for it in build_model(config).trainable_variables)
    assert layer_table(Architecture.of(config))[0].parameters == 0


def test_default_network_has_203530_parameters():
    assert count_parameters(TrainConfig()) == 203_530
