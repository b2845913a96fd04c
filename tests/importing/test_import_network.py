"""Importing a network: layers like the app's own become a run; anything else gets a sentence, and never runs."""

from __future__ import annotations

import io
import json
import pickle
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST_SHA256, Dataset, flatten, load_dataset
from mnist_core.evaluation import score
from mnist_core.export.export_run import export_run
from mnist_core.export.keras_model import imported_to_keras, to_keras
from mnist_core.importing import LARGEST_IMPORT
from mnist_core.importing.import_network import read_network
from mnist_core.importing.keras_file import CONFIG, WEIGHTS, BadKerasFile
from mnist_core.importing.scaling_candidates import with_pixels_scaled
from mnist_core.ledger import frame_of
from mnist_core.ledger.column_declaration import UnitsOfEachLayer
from mnist_core.network import Network
from mnist_core.runs import DatasetStore, JobQueue, JobState, RunStore, State, WrongState
from mnist_core.training.build_model import build_model
from mnist_core.workers.worker import Worker
from tests.support.idx_server import small_dataset
from tests.support.visits import ME

pytestmark = pytest.mark.slow  # builds a network in Keras for each test

MNIST = load_dataset()
IMAGES, LABELS = MNIST.test_images[:100], MNIST.test_labels[:100]
FEW = Dataset("few digits", MNIST.train_images[:500], MNIST.train_labels[:500], IMAGES, LABELS, MNIST.class_names)
"""For imports of which it does not matter how well they read."""


def dense(units: int, activation: str, **options: Any) -> Any:
    import keras

    return keras.layers.Dense(units, activation=activation, **options)


def network_file(*layers: Any, shape: tuple[int, ...] = (784,), functional: bool = False) -> bytes:
    """Return the bytes of a `.keras` file as people save one, of layers in a row."""
    import keras

    if functional:
        values = inputs = keras.Input(shape)
        for layer in layers:
            values = layer(values)
        model = keras.Model(inputs, values)
    else:
        model = keras.Sequential([keras.Input(shape), *layers])
    return saved(model)


def saved(model: Any, ending: str = ".keras") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"model{ending}"
        model.save(path)
        return path.read_bytes()


def repacked(data: bytes, **changes: bytes | None) -> bytes:
    """Return a `.keras` file with members replaced (`config` or `weights`), compressed as an attacker would."""
    names = {CONFIG: "config", WEIGHTS: "weights"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = changes.get(names.get(name, ""), old.read(name))
            if content is not None:
                new.writestr(name, content)
    return buffer.getvalue()


def config_of(data: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return json.loads(archive.read(CONFIG))


@pytest.fixture(scope="module")
def good() -> bytes:
    return network_file(dense(16, "relu"), dense(10, "softmax"))


# -- what becomes a run ------------------------------------------------------------------------------


def importing(store: RunStore, data: bytes, name: str = "my network.keras", dataset: str = "") -> Any:
    """Import a file as a page and a worker do, and return the job."""
    jobs = JobQueue(store)
    job_id = jobs.submit_import(data, name, ME, "Ada", dataset or DatasetStore(store).add(FEW).sha256)
    Worker(store).work()
    return jobs.job(job_id)


def test_imported_network_becomes_a_run_with_a_network_and_a_test_accuracy(store, make_run):
    original = store.run(make_run(State.FINISHED))
    job = importing(store, export_run(store, original.id, "keras"), dataset=MNIST_SHA256)
    assert (job.state, job.message) == (JobState.DONE, "")
    run = store.run(job.run_id)
    assert (run.state, run.owner, run.nickname, run.imported) == (State.FINISHED, ME, "Ada", "my network.keras")
    assert (run.test_accuracy, run.test_loss) == (original.test_accuracy, pytest.approx(original.test_loss))
    ours, theirs = (Network.from_bytes(store.network_bytes(it.id)).weights for it in (run, original))
    assert all((a == b).all() for a, b in zip(ours, theirs, strict=True))
    assert run.description == "my network.keras, 16 units, relu"


def test_imported_run_says_what_it_is_and_what_was_found_out(store):
    network = with_pixels_scaled(Network.load("starter"), np.full(784, 1 / 255), np.zeros(784))
    run = store.run(importing(store, imported_to_keras(network), "raw.keras", MNIST_SHA256).run_id)
    units = len(network.layers[0].bias)
    assert run.description == f"raw.keras, {units} units, relu"
    assert "trained on pixels from 0 to 255" in run.import_notes[0]
    assert run.test_accuracy > 0.97
    assert run.architecture(10) == network.architecture


@pytest.mark.parametrize(
    ("layers", "described", "columns"),
    [
        ([], "no hidden layer", (0, 0, "–", 7_850)),
        ([(24, "relu"), (16, "relu")], "24, 16 units, relu", (UnitsOfEachLayer((24, 16)), 2, "relu", 19_410)),
        ([(16, "gelu")] * 4, "4 × 16 units, gelu", (16, 4, "gelu", 13_546)),
    ],
)
def test_networks_that_no_settings_describe_are_told_truly_and_taken_home(store, layers, described, columns):
    data = network_file(*(dense(*it) for it in layers), dense(10, "softmax"))
    run = store.run(importing(store, data).run_id)
    assert run.description == f"my network.keras, {described}"
    row = frame_of([run], {}).iloc[0]
    assert tuple(row[["hidden_units", "hidden_layers", "activation", "parameters"]]) == columns
    network = Network.from_bytes(store.network_bytes(run.id))
    assert (
        read_network(export_run(store, run.id, "keras"), 10).network.predict(IMAGES) == network.predict(IMAGES)
    ).all()
    assert export_run(store, run.id, "onnx")
    with np.load(io.BytesIO(export_run(store, run.id, "npz"))) as arrays:
        assert arrays[f"kernel_{len(layers) + 1}"].shape[1] == 10


def test_hdf5_is_imported_under_either_name(store):
    import keras

    data = saved(keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), dense(10, "softmax")]), ".h5")
    for name in ("old.h5", "old.keras"):
        run = store.run(importing(store, data, name=name).run_id)
        assert run.import_notes[0] == f"It was saved as HDF5, by Keras {keras.__version__}."


def test_imported_run_of_a_store_of_an_earlier_program(store, good, database_url):
    run_id = importing(store, good).run_id
    with store.writing() as connection:
        for column in ("architecture", "import_notes"):
            connection.exec_driver_sql(f"ALTER TABLE runs DROP COLUMN {column}")
    store.close()
    with RunStore.open(database_url) as again:
        run = again.run(run_id)
        assert run.description == "my network.keras, 16 units, relu"
        assert (run.architecture(10).parameters, run.import_notes) == (12_730, ())


def test_network_for_another_dataset_becomes_a_run_of_it(store, good):
    shapes = DatasetStore(store).add(small_dataset(classes=4))
    original = store.run(store.submit(TrainConfig(hidden_units=16, epochs=2, batch_size=50), dataset=shapes.sha256))
    Worker(store).work()
    data = export_run(store, original.id, "keras")
    run = store.run(importing(store, data, dataset=shapes.sha256).run_id)
    original = store.run(original.id)
    assert (run.dataset, run.dataset_sha256) == ("shapes", shapes.sha256)
    assert run.test_accuracy == original.test_accuracy
    assert run.step == run.steps == 5  # batches of 128 in 600 images
    assert "4 units, but the dataset has 10 classes" in importing(store, data).message
    assert "10 units, but the dataset has 4 classes" in importing(store, good, dataset=shapes.sha256).message
    assert "There is no dataset" in importing(store, data, dataset="0" * 64).message


def test_imported_run_cannot_be_trained_on_since_nobody_knows_how(store, good):
    job = importing(store, good)
    with pytest.raises(WrongState, match="was imported"):
        store.extend(job.run_id)
    with pytest.raises(Exception, match="how its network was trained is unknown"):
        export_run(store, job.run_id, "script")
    assert export_run(store, job.run_id, "onnx")


def test_name_of_the_file_is_kept_as_one_short_line(store):
    def kept(name: str) -> str:
        jobs = JobQueue(store)
        return jobs.job(jobs.submit_import(b"", name, ME, "Ada")).file_name

    assert kept("![a](http://b)\n<b>.keras") == "![a](http://b) <b>.keras"  # pages show it through a gate, see `escape`
    assert len(kept("long" * 100 + ".keras")) == 80


def test_sentence_stays_one_whatever_the_file_says(good):
    config = config_of(good)
    config["config"]["layers"][1]["class_name"] = "X" * 100_000
    assert len(refused(repacked(good, config=json.dumps(config).encode()))) < 500


def test_trained_and_compiled_network_is_imported_without_its_optimizer(tmp_path):
    import keras

    model = keras.Sequential([keras.Input((784,)), dense(32, "relu"), dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(flatten(MNIST.train_images[:6000]), MNIST.train_labels[:6000], epochs=1, verbose=0)
    network = read_network(saved(model), 10).network
    _, accuracy = model.evaluate(flatten(MNIST.test_images), MNIST.test_labels, verbose=0)
    assert score(network.predict(MNIST.test_images), MNIST.test_labels).accuracy == pytest.approx(accuracy, abs=2e-4)


# -- what does not ---------------------------------------------------------------------------------


def refused(data: bytes) -> str:
    with pytest.raises(BadKerasFile) as refusal:
        read_network(data, 10)
    return str(refusal.value)


def with_lambda(trap: Path) -> bytes:
    """A network with a Lambda layer that writes a file as soon as somebody builds it."""
    import keras

    def spring(values: Any) -> Any:
        Path(str(trap)).write_text("sprung")
        return values

    return network_file(dense(16, "relu"), keras.layers.Lambda(spring, output_shape=(16,)), dense(10, "softmax"))


def test_lambda_layer_is_named_and_its_code_does_not_run(store, tmp_path):
    trap = tmp_path / "trap"
    data = with_lambda(trap)
    trap.unlink(missing_ok=True)
    job = importing(store, data)
    assert job.state is JobState.FAILED
    assert "a Lambda" in job.message
    assert not trap.exists()
    assert store.runs() == []


def test_pickle_does_not_run(store, tmp_path):
    class Trap:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "trap",))

    job = importing(store, pickle.dumps(Trap()))
    assert "not a .keras file" in job.message
    assert not (tmp_path / "trap").exists()


def test_layer_of_another_module_is_never_imported(good):
    config = config_of(good)
    config["config"]["layers"][1] |= {"module": "os", "class_name": "system", "registered_name": None}
    assert "a custom layer" in refused(repacked(good, config=json.dumps(config).encode()))


@pytest.mark.parametrize("activation", [{"class_name": "function", "config": "evil"}, "evil", ["relu"], 7])
def test_activation_that_is_not_one_of_ours(good, activation):
    config = config_of(good)
    config["config"]["layers"][1]["config"]["activation"] = activation
    sentence = refused(repacked(good, config=json.dumps(config).encode()))
    assert "The layer 'dense" in sentence
    assert "(Dense) has the activation" in sentence


def test_the_convolutional_network_of_this_app_is_imported_and_taken_home(store):
    config = TrainConfig(architecture="convolutional", hidden_units=8, activation="tanh")
    original = Network.from_weights(build_model(config).get_weights(), "tanh")
    run = store.run(importing(store, to_keras(original, config), dataset=MNIST_SHA256).run_id)
    assert run.description == "my network.keras, 8 and 16 filters, 8 units, tanh"
    assert (run.config.architecture, run.config.activation) == ("convolutional", "tanh")
    assert run.architecture(10) == original.architecture
    assert frame_of([run], {}).iloc[0]["architecture"] == "convolutional"
    imported = Network.from_bytes(store.network_bytes(run.id))
    assert all((a == b).all() for a, b in zip(imported.weights, original.weights, strict=True))
    again = read_network(export_run(store, run.id, "keras"), 10).network
    assert (again.predict(IMAGES) == original.predict(IMAGES)).all()
    assert store.parent_network(run.id).config.architecture == "convolutional"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ({"filters": 4}, "Its convolutional layers have 4 filters, and those of this app have 8 and 16"),
        ({"kernel_size": 5}, "(Conv2D) has the kernel_size [5, 5], and this app's networks have [3, 3]"),
        ({"padding": "same"}, "(Conv2D) has the padding 'same', and this app's networks have valid"),
        ({"activation": "gelu"}, "(MaxPooling2D) does not come after a Conv2D with one of the activations relu, tanh"),
        ({"pool_size": 3}, "(MaxPooling2D) has the pool_size [3, 3]"),
        ({"pool_size": None}, "(Flatten) comes after a Conv2D without max pooling"),
    ],
)
def test_other_convolutional_networks_are_refused_with_the_reason(kind, words):
    import keras

    options = {"filters": 8, "kernel_size": 3, "activation": "relu", "pool_size": 2} | kind
    pool_size = options.pop("pool_size")
    pooling = [keras.layers.MaxPooling2D(pool_size)] if pool_size else []
    layers = [keras.layers.Conv2D(**options), *pooling, keras.layers.Flatten(), dense(10, "softmax")]
    sentence = refused(network_file(*layers, shape=(28, 28, 1)))
    assert words in sentence


def test_a_convolutional_layer_after_a_dense_one_is_refused():
    import keras

    layers = [dense(784, "relu"), keras.layers.Reshape((28, 28, 1)), keras.layers.Conv2D(8, 3, activation="relu")]
    after = [keras.layers.MaxPooling2D(2), keras.layers.Flatten(), dense(10, "softmax")]
    assert "here convolutional layers come first" in refused(network_file(*layers, *after))


def test_layers_of_another_kind_are_refused():
    import keras

    layers = [keras.layers.Conv1D(4, 3), keras.layers.Flatten(), dense(10, "softmax")]
    sentence = refused(network_file(*layers, shape=(28, 28)))
    assert "a layer of the kind 'Conv1D'" in sentence
    assert "The app expects Dense layers in a row" in sentence
    assert "Train such a network, or use this one where it was made" in sentence


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([(16, "relu"), (26, "softmax")], "The last layer has 26 units, but the dataset has 10 classes"),
        ([(16, "hard_sigmoid"), (10, "softmax")], "has the activation 'hard_sigmoid'; known are relu, tanh"),
        ([(16, "softmax"), (10, "softmax")], "(Dense) comes after the softmax"),
    ],
)
def test_dense_network_that_this_app_cannot_show(layers, words):
    assert words in refused(network_file(*(dense(*it) for it in layers)))


def test_network_for_other_images():
    assert "shape [None, 3072]" in refused(network_file(dense(16, "relu"), dense(10, "softmax"), shape=(3072,)))


def test_dense_layer_that_is_applied_to_each_row_of_an_image():
    import keras

    layers = (dense(16, "relu"), keras.layers.Flatten(), dense(10, "softmax"))
    sentence = refused(network_file(*layers, shape=(28, 28)))
    assert "shape (28, 28) and is applied to each row, as no Flatten comes before" in sentence


def test_scaling_that_depends_on_each_image_within_the_network():
    import keras

    layers = (dense(16, "relu"), keras.layers.LayerNormalization(), dense(10, "softmax"))
    assert "(LayerNormalization) scales each image by itself" in refused(network_file(*layers))


def test_network_that_branches():
    import keras

    inputs = keras.Input((784,))
    one = dense(16, "relu")(inputs)
    two = dense(16, "relu")(one)
    branched = keras.Model(inputs, dense(10, "softmax")(keras.layers.Add()([one, two])))
    assert "a layer of the kind 'Add'" in refused(saved(branched))
    two_outputs = keras.Model(inputs, [dense(10, "softmax")(one), one])
    assert "do not form a single sequence" in refused(saved(two_outputs))


def test_network_that_uses_a_layer_twice():
    import keras

    twice = dense(784, "relu")
    inputs = keras.Input((784,))
    model = keras.Model(inputs, dense(10, "softmax")(twice(twice(inputs))))
    assert "do not form a single sequence" in refused(saved(model))


@pytest.mark.parametrize("length", [0, 10, 1000, -1000, -1])
def test_truncated_file(good, length):
    assert "damaged" in refused(good[:length])


def test_flipped_bits_in_the_weights(good):
    middle = len(good) // 2
    assert refused(good[:middle] + bytes([good[middle] ^ 255]) + good[middle + 1 :])


def test_bomb_is_not_unpacked(good):
    bomb = repacked(good, weights=bytes(LARGEST_IMPORT + 1))
    assert len(bomb) < 100_000
    assert "unpacks to more than 80 MB" in refused(bomb)


def test_bomb_that_lies_about_its_size_is_not_unpacked(good):
    bomb = bytearray(repacked(good, config=b" " * 50_000_000))
    honest, lie = (50_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert honest in bomb
    assert "damaged" in refused(bytes(bomb).replace(honest, lie))


def test_archive_of_something_else(good):
    assert "without config.json" in refused(repacked(good, config=None))


@pytest.mark.parametrize("config", [b"", b"[]", b"{}", b"null", b"[" * 100_000, b'{"class_name": "Sequential"}'])
def test_description_that_is_none(good, config):
    assert refused(repacked(good, config=config))


def test_weights_in_another_file_of_this_machine_are_not_followed(good, tmp_path):
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["kernel"] = np.ones((784, 16), np.float32)
    for link in (h5py.ExternalLink(str(secret), "kernel"), h5py.SoftLink("/layers/dense_1")):
        assert "point to other places" in refused(repacked(good, weights=rewired(good, link)))


def test_weights_that_are_raw_bytes_of_another_file_are_not_read(good, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(784 * 16 * 4))
    data = rewired(good, None)
    with h5py.File(buffer := io.BytesIO(data), "a") as file:
        place = [(str(secret), 0, h5py.h5f.UNLIMITED)]
        file["layers/dense/vars"].create_dataset("0", (784, 16), np.float32, external=place)
    assert "point to other places" in refused(repacked(good, weights=buffer.getvalue()))


def test_weights_that_unpack_to_more_than_memory(good):
    with h5py.File(buffer := io.BytesIO(rewired(good, None)), "a") as file:
        file["layers/dense/vars"].create_dataset("0", (784, 10**9), np.float32, chunks=(1, 10**6), compression="gzip")
    assert "unpack to more than 80 MB" in refused(repacked(good, weights=buffer.getvalue()))


def rewired(data: bytes, link: Any) -> bytes:
    """Return the weights of a file with a link in the place of the first kernel, or with nothing there."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        buffer = io.BytesIO(archive.read(WEIGHTS))
    with h5py.File(buffer, "a") as file:
        del file["layers/dense/vars/0"]
        if link is not None:
            file["layers/dense/vars/0"] = link
    return buffer.getvalue()
