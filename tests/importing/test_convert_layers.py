"""Networks as people build them: every kind that dense layers can form is read as Keras itself reads it."""

from __future__ import annotations

import contextlib
import io
import json
import random
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from keras import layers as kl

from mnist_core.data import load_dataset
from mnist_core.evaluation.attribution import attribute
from mnist_core.importing.convert_layers import convert_layers
from mnist_core.importing.import_network import read_network
from mnist_core.importing.keras_file import BadKerasFile, read_keras_file
from mnist_core.importing.keras_layers import layers_in_order
from mnist_core.model.activations import KINDS

pytestmark = pytest.mark.slow  # builds a network in Keras for each test

IMAGES = load_dataset().test_images[:100]
PIXELS = IMAGES.astype(np.float32) / 255


def hidden(activation: Any = "relu", units: int = 12, **options: Any) -> Any:
    return kl.Dense(units, activation=activation, **options)


def last() -> Any:
    return kl.Dense(10, activation="softmax")


def one_hidden_layer(activation: str) -> list[Any]:
    return [kl.Flatten(), hidden(activation), last()]


def adapted(axis: int | None) -> Any:
    layer = kl.Normalization(axis=axis)
    layer.adapt(PIXELS)
    return layer


def model_within(functional: bool) -> Any:
    if not functional:
        return keras.Sequential([keras.Input((784,)), hidden(units=16), hidden("tanh")])
    inputs = keras.Input((784,))
    return keras.Model(inputs, hidden("tanh")(hidden(units=16)(inputs)))


KINDS_OF_NETWORKS: dict[str, Callable[[], list[Any]]] = {
    **{f"activation {name}": partial(one_hidden_layer, name) for name in KINDS},
    "different widths and activations": lambda: [kl.Flatten(), hidden("relu", 24), hidden("tanh", 8), last()],
    "no hidden layer": lambda: [kl.Flatten(), last()],
    "four hidden layers": lambda: [kl.Flatten(), *[hidden(units=8) for _ in range(4)], last()],
    "activations as layers": lambda: [
        *(kl.Flatten(), hidden(None), kl.ReLU(), hidden(None), kl.Activation("sigmoid")),
        *(hidden(None), kl.LeakyReLU(0.1), hidden(None), kl.ELU(0.5), hidden(None), kl.ReLU(max_value=6)),
        *(kl.Dense(10), kl.Softmax()),
    ],
    "activation is a layer in a layer": lambda: [kl.Flatten(), hidden(kl.LeakyReLU(negative_slope=0.1)), last()],
    "activation is a function": lambda: [kl.Flatten(), hidden(keras.activations.relu), last()],
    "rescaling": lambda: [kl.Rescaling(2.0, offset=-1.0), kl.Flatten(), hidden(), last()],
    "normalization over all": lambda: [adapted(None), kl.Flatten(), hidden(), last()],
    "normalization of columns": lambda: [adapted(-1), kl.Flatten(), hidden(), last()],
    "normalization given": lambda: [
        *(kl.Normalization(axis=None, mean=0.13, variance=0.1), kl.Flatten(), hidden(), last()),
    ],
    "batch normalization before the activation": lambda: [
        *(kl.Flatten(), hidden(None), kl.BatchNormalization(), kl.ReLU()),
        *(hidden(None), kl.BatchNormalization(center=False), kl.Activation("tanh"), last()),
    ],
    "batch normalization after the activation": lambda: [
        *(kl.Flatten(), hidden(), kl.BatchNormalization(scale=False), kl.Dropout(0.2), last()),
    ],
    "batch normalization first and last": lambda: [
        *(kl.BatchNormalization(axis=1), kl.Flatten(), hidden(), kl.Dense(10), kl.BatchNormalization(), kl.Softmax()),
    ],
    "two activations with a normalization between": lambda: [
        *(kl.Flatten(), hidden(), kl.BatchNormalization(), kl.Activation("relu"), last()),
    ],
    "softmax after an activation": lambda: [kl.Flatten(), hidden(), kl.Dense(10, activation="relu"), kl.Softmax()],
    "reshaped and augmented": lambda: [
        *(kl.Reshape((28, 28, 1)), kl.RandomRotation(0.1), kl.Reshape((-1,)), kl.GaussianNoise(0.1), hidden(), last()),
    ],
    "no bias": lambda: [kl.Flatten(), hidden(use_bias=False), kl.Dense(10, activation="softmax", use_bias=False)],
    "a model within": lambda: [kl.Flatten(), model_within(functional=False), hidden(units=8), last()],
    "a functional model within": lambda: [kl.Flatten(), model_within(functional=True), hidden(units=8), last()],
    "columns of length 1": lambda: [kl.UnitNormalization(axis=1), kl.Flatten(), hidden(), last()],
    "rows of length 1": lambda: [kl.UnitNormalization(axis=2), kl.Flatten(), hidden(), last()],
    "images of length 1": lambda: [kl.Flatten(), kl.UnitNormalization(), hidden(), last()],
    "standardised images": lambda: [kl.Flatten(), kl.LayerNormalization(epsilon=1e-9), hidden(), last()],
}


def chain(layers: list[Any], functional: bool) -> keras.Model:
    inputs = keras.Input((28, 28))
    if not functional:
        return keras.Sequential([inputs, *layers])
    values = inputs
    for layer in layers:
        values = layer(values)
    return keras.Model(inputs, values)


def randomised(model: keras.Model) -> keras.Model:
    """Give every weight a value of its own: as they are built, biases are 0 and moving means too."""
    rng = np.random.default_rng(0)
    for variable in model.variables:
        kind = variable.path.split("/")[-1]
        if kind in ("kernel", "bias", "beta", "moving_mean"):
            variable.assign(rng.normal(0, 0.1, variable.shape))
        elif kind in ("gamma", "moving_variance"):
            variable.assign(rng.uniform(0.5, 1.5, variable.shape))
    return model


def saved(model: keras.Model, ending: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"network{ending}"
        model.save(path)
        return path.read_bytes()


@cache
def built(kind: str, ending: str) -> tuple[keras.Model, bytes]:
    """A network of a kind, sequential or, for HDF5, functional; and its file."""
    model = randomised(chain(KINDS_OF_NETWORKS[kind](), functional=ending == ".h5"))
    return model, saved(model, ending)


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("kind", KINDS_OF_NETWORKS)
def test_network_is_read_as_keras_reads_it(kind, ending):
    model, data = built(kind, ending)
    found = read_network(data, 10)
    assert np.abs(found.network.predict(IMAGES) - np.asarray(model(PIXELS, training=False))).max() < 2e-6
    assert found.notes == ([f"It was saved as HDF5, by Keras {keras.__version__}."] if ending == ".h5" else [])


@pytest.mark.parametrize("kind", KINDS_OF_NETWORKS)
def test_every_kind_explains_its_answers_completely(kind):
    network = read_network(built(kind, ".keras")[1], 10).network
    logits = network.activations(IMAGES[:1])[-1][0]
    found = attribute(network, IMAGES[0], 7, 3)
    assert found.difference == pytest.approx(float(logits[7] - logits[3]), abs=1e-4)
    assert found.error <= 0.011 * abs(found.difference) + 1e-6


@pytest.mark.parametrize("end", [None, "log_softmax"])
def test_logits_and_their_logarithms_get_a_softmax(end):
    model = randomised(chain([kl.Flatten(), hidden(), kl.Dense(10, activation=end)], functional=False))
    expected = np.asarray(keras.ops.softmax(model(PIXELS, training=False)))
    assert np.abs(read_network(saved(model, ".keras"), 10).network.predict(IMAGES) - expected).max() < 2e-6


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda: [kl.Dense(10, activation="sigmoid")], "scores each class independently (sigmoid)"),
        (lambda: [last(), kl.Softmax()], "more than one softmax"),
    ],
)
def test_other_ends_read_the_same_classes_and_it_is_said(end, words):
    model = randomised(chain([kl.Flatten(), hidden(), *end()], functional=False))
    found = read_network(saved(model, ".keras"), 10)
    expected = np.asarray(model(PIXELS, training=False)).argmax(axis=1)
    assert (found.network.predict(IMAGES).argmax(axis=1) == expected).all()
    assert words in " ".join(found.notes)


def test_one_output_for_two_classes_is_the_probability_of_the_second():
    model = randomised(chain([kl.Flatten(), hidden(), kl.Dense(1, activation="sigmoid")], functional=False))
    probabilities = read_network(saved(model, ".keras"), 2).network.predict(IMAGES)
    assert np.abs(probabilities[:, 1:] - np.asarray(model(PIXELS, training=False))).max() < 2e-6


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize(
    ("policy", "tolerance"), [("float16", 2e-3), ("bfloat16", 2e-2), ("mixed_float16", 2e-3), ("float64", 2e-6)]
)
def test_weights_of_other_precisions(policy, tolerance, ending):
    layers = [kl.Flatten(dtype=policy), hidden(dtype=policy), kl.Dense(10, activation="softmax", dtype=policy)]
    model = randomised(chain(layers, functional=False))
    found = read_network(saved(model, ending), 10).network.predict(IMAGES)
    assert np.abs(found - np.asarray(keras.ops.cast(model(PIXELS, training=False), "float32"))).max() < tolerance


def with_config(data: bytes, change: Callable[[Any], None]) -> bytes:
    """Return a `.keras` file with its description changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "config.json":
                config = json.loads(content)
                change(config)
                content = json.dumps(config).encode()
            new.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def plain() -> bytes:
    return saved(randomised(chain([kl.Flatten(), hidden(), last()], functional=False)), ".keras")


@pytest.mark.parametrize("shape", [[32, 28, 28], [1, 28, 28], [None, 28, None], [None, None], [None, 28, 28, 1]])
def test_size_of_the_batch_and_arrangement_of_the_pixels_play_no_part(plain, shape):
    def change(config: Any) -> None:
        config["config"]["layers"][0]["config"]["batch_shape"] = shape

    read = read_network(with_config(plain, change), 10).network.predict(IMAGES)
    assert (read == read_network(plain, 10).network.predict(IMAGES)).all()


HOSTILE_TEXTS: tuple[Any, ...] = (
    *(None, True, 0, -1, 2.5, 1e308, float("nan"), 10**400, "", "relu", "x" * 10_000, "![](//host/a)"),
    *([], [[]], [None], ["a"], [1] * 5000, [*([1] * 100), 784], {}, {"class_name": ["ReLU"]}, {"class_name": "ReLU"}),
)


READ = {
    *("batch_shape", "units", "use_bias", "activation", "axis", "epsilon", "center", "scale", "offset", "name"),
    *("mean", "invert", "target_shape", "max_value", "negative_slope", "threshold", "alpha", "data_format"),
}
"""The settings that an import looks at."""


@pytest.fixture(scope="module")
def of_every_layer() -> bytes:
    layers = [
        *(adapted(-1), kl.Reshape((28, 28, 1)), kl.Rescaling(2.0), kl.Flatten(), hidden(None), kl.BatchNormalization()),
        *(kl.LeakyReLU(), hidden("tanh"), kl.ELU(), hidden(None), kl.ReLU(), hidden(), kl.Activation("elu"), last()),
    ]
    data = saved(chain(layers, functional=False), ".keras")
    assert read_network(data, 10)
    return data


def test_no_setting_of_any_layer_can_do_more_than_be_refused(of_every_layer):
    model, chosen = read_keras_file(of_every_layer), random.Random(0)
    description = json.dumps(model.config)
    for place, layer in enumerate(model.config["config"]["layers"]):
        for name in ("class_name", "config", *sorted(READ & layer["config"].keys())):
            for value in chosen.sample(HOSTILE_TEXTS, 4):
                config = json.loads(description)
                changed = config["config"]["layers"][place]
                (changed if name in ("class_name", "config") else changed["config"])[name] = value
                hostile = replace(model, config=config)
                with contextlib.suppress(BadKerasFile):
                    convert_layers(hostile, layers_in_order(hostile), 10)


@pytest.mark.parametrize("activation", [{"class_name": ["ReLU"]}, {"class_name": "ReLU", "config": 7}, [], 7, "elu(x)"])
def test_activation_that_is_nothing_of_the_kind(plain, activation):
    def change(config: Any) -> None:
        config["config"]["layers"][2]["config"]["activation"] = activation

    with contextlib.suppress(BadKerasFile):
        read_network(with_config(plain, change), 10)


def test_weights_of_a_normalization_that_do_not_fit_each_other(of_every_layer):
    def rewired(file: h5py.File) -> None:
        variables = file["layers/batch_normalization/vars"]
        for name, shape in (("0", (10_000, 1)), ("3", (1, 10_000))):
            del variables[name]
            variables[name] = np.ones(shape, np.float32)

    with zipfile.ZipFile(io.BytesIO(of_every_layer)) as archive:
        weights = hdf5_with(archive.read("model.weights.h5"), rewired)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as new:
            new.writestr("config.json", archive.read("config.json"))
            new.writestr("model.weights.h5", weights)
    assert "(BatchNormalization) has 10000 numbers for values of the shape (12,)" in refused(buffer.getvalue())


# -- HDF5 -------------------------------------------------------------------------------------------


def hdf5_with(data: bytes, change: Callable[[h5py.File], None]) -> bytes:
    with h5py.File(buffer := io.BytesIO(data), "a") as file:
        change(file)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def old() -> bytes:
    return saved(randomised(chain([kl.Flatten(), hidden(), last()], functional=False)), ".h5")


def refused(data: bytes) -> str:
    with pytest.raises(BadKerasFile) as refusal:
        read_network(data, 10)
    return str(refusal.value)


def test_hdf5_says_which_keras_saved_it(old):
    def of_2015(file: h5py.File) -> None:
        file.attrs["keras_version"] = "2.2.4"

    assert read_network(hdf5_with(old, of_2015), 10).notes == ["It was saved as HDF5, by Keras 2.2.4."]


def test_weights_alone_are_no_network(tmp_path):
    path = tmp_path / "only.weights.h5"
    chain([kl.Flatten(), last()], functional=False).save_weights(path)
    sentence = refused(path.read_bytes())
    assert "weights without the layers" in sentence
    assert "model.save('network.keras')" in sentence


def test_damaged_hdf5_says_how_to_save_it_again(old):
    sentence = refused(old[: len(old) // 2])
    assert "damaged" in sentence
    assert "load_model('network.h5').save('network.keras')" in sentence


def test_hdf5_with_links_to_other_files_is_refused(old, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as secret:
        secret["kernel"] = np.ones((784, 12), np.float32)

    def link(file: h5py.File) -> None:
        del file["model_weights"]
        file["model_weights"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "/")

    sentence = refused(hdf5_with(old, link))
    assert "point to other places" in sentence
    assert f"saved by Keras {keras.__version__}" in sentence


def test_hdf5_whose_description_is_no_text_is_refused(old):
    for value in (np.zeros(1000), [b"a"] * 1000, 7.0, "{" * 1000, "x" * 2_000_000):

        def change(file: h5py.File, value: Any = value) -> None:
            file.attrs.create("model_config", value)

        assert refused(hdf5_with(old, change))


def test_lambda_in_hdf5_is_named_and_refused(old):
    def change(file: h5py.File) -> None:
        config = str(file.attrs["model_config"])
        assert '"Flatten"' in config
        file.attrs["model_config"] = config.replace('"Flatten"', '"Lambda"')

    assert "a Lambda: code that somebody has written" in refused(hdf5_with(old, change))


# -- files of other programs --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "words"),
    [("archive/data.pkl", "PyTorch"), ("model/saved_model.pb", "SavedModel"), ("kernel_1.npy", "npz file of NumPy")],
)
def test_archive_of_another_program_is_named(member, words):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, b"")
    sentence = refused(buffer.getvalue())
    assert words in sentence
    assert "model.save('network.keras')" in sentence
