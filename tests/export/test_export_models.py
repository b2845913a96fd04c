"""A run as a model: what other programs read in it is what the run's network reads."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest

from mnist_core.config import CHOICES, TrainConfig
from mnist_core.data import flatten, load_dataset
from mnist_core.export import tables
from mnist_core.export.export_run import export_run
from mnist_core.export.keras_model import imported_to_keras, to_keras
from mnist_core.export.onnx_model import to_onnx
from mnist_core.export.tensorboard import write_runs
from mnist_core.importing.import_network import read_network
from mnist_core.model.activations import KINDS
from mnist_core.model.input_scaling import SCALINGS
from mnist_core.network import Network
from mnist_core.runs import State
from mnist_core.training import Trainer
from mnist_core.training.build_model import build_model
from tests.support.convolution_by_hand import convolutional_network

pytestmark = pytest.mark.slow  # builds a network in Keras for each test

IMAGES = load_dataset().test_images[:200]


def network_of(config: TrainConfig) -> Network:
    """An untrained network, whose probabilities are all different."""
    return Network.from_weights(build_model(config).get_weights(), config.activation)


@pytest.fixture
def run_id(make_run) -> int:
    return make_run(State.FINISHED)


def test_keras_file_loads_in_plain_keras_and_reads_the_same(store, run_id, tmp_path):
    import keras

    path = tmp_path / "run.keras"
    path.write_bytes(export_run(store, run_id, "keras"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = keras.saving.load_model(path)
    network = Network.from_bytes(store.network_bytes(run_id))
    assert np.abs(model.predict(flatten(IMAGES), verbose=0) - network.predict(IMAGES)).max() < 1e-5
    mnist = load_dataset()
    _, accuracy = model.evaluate(flatten(mnist.test_images), mnist.test_labels, verbose=0)
    assert accuracy == pytest.approx(store.run(run_id).test_accuracy, abs=2e-4)


def test_keras_file_goes_on_where_the_run_ended(store, run_id, tmp_path):
    import keras

    path = tmp_path / "run.keras"
    path.write_bytes(export_run(store, run_id, "keras"))
    optimizer = keras.saving.load_model(path).optimizer
    assert int(optimizer.iterations) == store.run(run_id).step
    assert float(np.abs(optimizer.variables[2]).max()) > 0


@pytest.mark.parametrize("other", [{}, {"dropout": 0.3}, {"architecture": "convolutional"}])
def test_keras_file_of_a_deep_network_whose_training_state_is_gone(tmp_path, other):
    import keras

    config = TrainConfig(hidden_layers=3, hidden_units=8, optimizer="adam", activation="elu", **other)
    path = tmp_path / "run.keras"
    path.write_bytes(to_keras(network_of(config), config))
    model = keras.saving.load_model(path)
    expected = network_of(config).predict(IMAGES)
    assert np.abs(model.predict(flatten(IMAGES), verbose=0) - expected).max() < 1e-5


def test_keras_file_has_batch_normalisation_and_other_files_have_it_folded_into_the_dense_layers(tmp_path):
    """Without the training state, the Keras file has it folded as well."""
    import keras

    config = TrainConfig(hidden_units=16, batch_size=100, epochs=1, batch_normalisation=True, activation="tanh")
    mnist = load_dataset()
    few = replace(mnist, train_images=mnist.train_images[:500], train_labels=mnist.train_labels[:500])
    trainer = Trainer(config, few)
    trainer.train_chunk()
    network, state = trainer.network(), trainer.checkpoint().optimizer
    expected = np.asarray(trainer.model(flatten(IMAGES), training=False))
    assert np.abs(network.predict(IMAGES) - expected).max() < 1e-5
    (read,) = onnxruntime.InferenceSession(to_onnx(network, "")).run(None, {"images": flatten(IMAGES)})
    assert np.abs(read - expected).max() < 1e-5
    for kept, layers in ((state, ["Dense", "BatchNormalization", "Activation", "Dense"]), (None, ["Dense", "Dense"])):
        path = tmp_path / "run.keras"
        path.write_bytes(to_keras(network, config, kept))
        model = keras.saving.load_model(path)
        assert [type(layer).__name__ for layer in model.layers] == layers
        assert np.abs(model.predict(flatten(IMAGES), verbose=0) - expected).max() < 1e-5
        assert np.abs(read_network(path.read_bytes(), 10).network.predict(IMAGES) - expected).max() < 1e-5


@pytest.mark.parametrize("activation", CHOICES["activation"])
@pytest.mark.parametrize(
    "other", [{}, {"hidden_layers": 3}, {"architecture": "convolutional"}], ids=["one layer", "three", "convolutional"]
)
def test_onnxruntime_reads_the_same(activation, other):
    network = network_of(TrainConfig(activation=activation, hidden_units=24, **other))
    session = onnxruntime.InferenceSession(to_onnx(network, "a network"))
    (probabilities,) = session.run(["probabilities"], {"images": flatten(IMAGES)})
    assert probabilities.dtype == np.float32
    assert np.abs(probabilities - network.predict(IMAGES)).max() < 1e-5


def unusual(scaling: str) -> Network:
    """A network such as only imports have: of every activation, each layer with another width."""
    rng, weights, inputs = np.random.default_rng(0), [], 784
    for units in [*range(20, 20 + len(KINDS)), 26]:
        weights += [rng.normal(0, 1 / np.sqrt(inputs), (inputs, units)), rng.normal(0, 0.1, units)]
        inputs = units
    names = [f"{kind}(0.4)" if kind in ("elu", "leaky_relu") else kind for kind in KINDS]
    return Network.from_weights(weights, names, scaling)


def without_hidden_layers(scaling: str) -> Network:
    rng = np.random.default_rng(0)
    return Network.from_weights([rng.normal(0, 0.1, (784, 26)), rng.normal(0, 0.1, 26)], [], scaling)


@pytest.mark.parametrize("make_network", [unusual, without_hidden_layers])
@pytest.mark.parametrize("scaling", ["", *SCALINGS])
def test_imported_networks_read_the_same_in_onnxruntime_in_keras_and_when_they_come_back(
    make_network, scaling, tmp_path
):
    import keras

    network = make_network(scaling)
    images = np.concatenate([IMAGES, np.zeros((1, 28, 28), np.uint8)])  # of a blank image, no length can be divided by
    expected = network.predict(images)
    session = onnxruntime.InferenceSession(to_onnx(network, "a network"))
    (probabilities,) = session.run(["probabilities"], {"images": flatten(images)})
    assert np.abs(probabilities - expected).max() < 1e-5
    path = tmp_path / "run.keras"
    path.write_bytes(imported_to_keras(network))
    assert np.abs(np.asarray(keras.saving.load_model(path)(flatten(images))) - expected).max() < 1e-5
    again = read_network(path.read_bytes(), 26).network
    assert (again.architecture, again.scaling) == (network.architecture, scaling)
    assert (again.predict(images) == expected).all()


def test_keras_file_of_a_convolutional_network_without_settings_reads_the_same(tmp_path):
    import keras

    path, network = tmp_path / "run.keras", convolutional_network()
    path.write_bytes(imported_to_keras(network))
    read = np.asarray(keras.saving.load_model(path)(flatten(IMAGES)))
    assert np.abs(read - network.predict(IMAGES)).max() < 1e-5


def test_onnx_file_says_whose_it_is_and_has_one_node_for_each_operation(store, run_id):
    model = onnx.load_from_string(export_run(store, run_id, "onnx"))
    assert f"Run {run_id}: 16 units" in model.doc_string
    assert [node.op_type for node in model.graph.node] == ["MatMul", "Add", "Relu", "MatMul", "Add", "Softmax"]


def test_weights_are_arrays_that_numpy_reads(store, run_id):
    with np.load(io.BytesIO(export_run(store, run_id, "npz"))) as arrays:
        hidden = np.maximum(flatten(IMAGES) @ arrays["kernel_1"] + arrays["bias_1"], 0)
        logits = hidden @ arrays["kernel_2"] + arrays["bias_2"]
    network = Network.from_bytes(store.network_bytes(run_id))
    assert (logits.argmax(axis=1) == network.predict(IMAGES).argmax(axis=1)).all()


def test_history_is_a_table_of_the_curves(store, run_id):
    table = pd.read_csv(io.BytesIO(export_run(store, run_id, "csv")))
    history = store.history(run_id)
    assert table["step"].tolist() == history.column("step")
    assert table["epochs"].iloc[-1] == 2.0
    assert table["accuracy"].tolist() == pytest.approx(history.column("accuracy"), abs=0)
    assert table["test_accuracy"].count() == 2


def test_settings_can_be_read_again(store, run_id):
    config = store.run(run_id).config
    assert TrainConfig.from_json(export_run(store, run_id, "json").decode()) == config
    query = dict(pair.split("=") for pair in tables.settings_query(config).split("&"))
    assert tables.read_settings(query) == (config, [])


@pytest.mark.parametrize("optimizer", CHOICES["optimizer"])
def test_link_names_what_is_not_usual_and_nothing_else(optimizer):
    usual = tables.settings_query(TrainConfig(optimizer=optimizer))
    named = "" if optimizer == "rmsprop" else f"&optimizer={optimizer}"
    assert usual == f"hidden_units=256&epochs=5&batch_size=128{named}"
    assert tables.read_settings({"optimizer": optimizer})[0] == TrainConfig(optimizer=optimizer)


def test_link_with_settings_that_make_no_sense_keeps_the_others():
    query = {
        "hidden_units": "5000",
        "epochs": "10",
        "colour": "red",
        "dropout": "lots",
        "activation": "swish",
        "momentum": "0.5",
    }
    config, problems = tables.read_settings(query)
    assert config == TrainConfig(epochs=10)
    assert len(problems) == 5
    words = " ".join(problems)
    for part in (
        "“colour”",
        "Hidden units must be a whole number from 1 to 2,048",
        "'lots'",
        "'swish'",
        "Momentum must be 0",
    ):
        assert part in words


def test_tensorboard_reads_curves_and_settings(store, make_run, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    numbers = [make_run(State.FINISHED), make_run(State.STOPPED, seed=4)]
    for _ in range(2):  # a second export takes the place of the first
        write_runs(store, [replace(store.run(number), train_accuracy=0.75) for number in numbers], tmp_path)
    assert {path.parent.name for path in tmp_path.rglob("events.*")} == {tmp_path.name, "run_1", "run_2"}
    assert len(list(tmp_path.rglob("events.*"))) == 3
    for number in numbers:
        events = EventAccumulator(str(tmp_path / f"run_{number}"), size_guidance={"tensors": 0}).Reload()
        history = store.history(number)
        assert [event.step for event in events.Tensors("training/loss")] == history.column("step")
        values = [float(event.tensor_proto.float_val[0]) for event in events.Tensors("test/accuracy")]
        assert values == pytest.approx([point.test_accuracy for point in history.tested])
        (trained,) = events.Tensors("trained/training_accuracy")
        assert (trained.step, trained.tensor_proto.float_val[0]) == (history.points[-1].step, 0.75)
        content = events.summary_metadata["_hparams_/session_start_info"].plugin_data.content
        settings = HParamsPluginData.FromString(content).session_start_info.hparams
        assert settings["seed"].number_value == (4 if number == 2 else 0)
        assert settings["optimizer"].string_value == "rmsprop"
