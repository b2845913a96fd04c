"""How large an imported network may be: just so large, by numbers that are written here by hand. No Keras is needed."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable

import h5py
import numpy as np
import pytest

from mnist_core.data import load_dataset
from mnist_core.importing.import_network import read_network
from mnist_core.importing.keras_file import BadKerasFile
from tests.support.dataset_files import zipped
from tests.support.keras_files import dense, keras_file, layer, sequential
from tests.support.limits import assert_read_up_to

PLAIN = [dense(4), dense(10, "softmax")]
IMAGES = load_dataset().test_images[:20]


def refusal(data: bytes) -> str:
    """Why a file is refused; "" if it is not."""
    try:
        read_network(data, 10)
    except BadKerasFile as error:
        return str(error)
    return ""


def with_config(config: object) -> bytes:
    return keras_file(PLAIN, config=json.dumps(config).encode())


def padded(size: int) -> bytes:
    """A description of so many bytes."""
    text = json.dumps(sequential(PLAIN))
    return keras_file(PLAIN, config=text.encode() + b" " * (size - len(text)))


def with_groups(count: int) -> bytes:
    """Weights with so many members: of the network there are `layers` and 2 × 4 more."""
    return keras_file(PLAIN, change=lambda file: [file.create_group(f"more_{it}") for it in range(count - 9)])


def nested(models: int) -> bytes:
    config = sequential(PLAIN)
    for _ in range(models):
        config = sequential([config])
    return with_config(config)


def hdf5(config: str) -> bytes:
    with h5py.File(buffer := io.BytesIO(), "w") as file:
        file.attrs["keras_version"] = "2.2.4"
        file.create_group("model_weights")
        file.attrs.create("model_config", config, dtype=h5py.string_dtype())
    return buffer.getvalue()


def with_numbers(count: int) -> bytes:
    """Weights with so many numbers of a byte that nobody ever wrote."""
    own = 4 * (784 * 4 + 4 + 4 * 10 + 10)
    return keras_file(PLAIN, change=lambda file: file.create_dataset("more", (count - own,), np.uint8, chunks=(10**6,)))


LIMITS: dict[str, tuple[int, Callable[[int], bytes], str]] = {
    "bytes of the file": (80_000_000, bytes, "larger than 80 MB"),
    "bytes of the weights, unpacked": (
        *(80_000_000, lambda n: keras_file(PLAIN, announced={"model.weights.h5": n}), "unpacks to more than 80 MB"),
    ),
    "bytes of the description": (1_000_000, padded, "config.json in the file unpacks to more than 1 MB"),
    "bytes of the metadata": (
        1_000_000,
        lambda n: keras_file(PLAIN, metadata=b'{"keras_version": "3.0"}'.ljust(n)),
        "metadata.json in the file unpacks to more than 1 MB",
    ),
    "numbers of the weights": (80_000_000, with_numbers, "The weights unpack to more than 80 MB"),
    "members of the weights": (1000, with_groups, "are not plain numbers, or point to other places"),
    "layers": (
        200,  # with the one for the input
        lambda n: keras_file([*[layer("Dropout", rate=0.1)] * (n - 3), *PLAIN]),
        "more than 200 layers",
    ),
    "levels of nested models": (8, nested, "more than 8 levels of nested models"),
    "hidden layers": (12, lambda n: keras_file([*[dense(4)] * n, dense(10, "softmax")]), "has 13 hidden layers"),
    "units": (2048, lambda n: keras_file([dense(n), dense(10, "softmax")]), "has 2,049 units, and at most 2,048"),
    "axes of an image": (8, lambda n: keras_file(PLAIN, shape=[*[1] * (n - 1), 784]), "takes inputs of the shape"),
    "letters of the description in HDF5": (
        1_000_000,
        lambda n: hdf5(json.dumps(sequential([])).ljust(n)),
        "holds weights without the layers",
    ),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_so_much_is_read_and_not_one_more(limit: str) -> None:
    assert_read_up_to(*LIMITS[limit], refusal)


@pytest.mark.parametrize("limit", ["bytes of the description", "bytes of the metadata", "hidden layers", "units"])
def test_a_network_of_the_largest_size_is_imported(limit: str) -> None:
    most, file, _ = LIMITS[limit]
    assert refusal(file(most)) == ""


def test_a_network_written_by_hand_is_read_as_it_was_written() -> None:
    found: list[np.ndarray] = []
    data = keras_file(PLAIN, change=lambda file: found.extend(np.asarray(file[f"layers/{it}"]) for it in NAMES))
    kernel, bias, last_kernel, last_bias = found
    logits = np.maximum(IMAGES.reshape(-1, 784) / 255 @ kernel + bias, 0) @ last_kernel + last_bias
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert read_network(data, 10).network.predict(IMAGES) == pytest.approx(expected, abs=1e-6)


NAMES = ("dense/vars/0", "dense/vars/1", "dense_1/vars/0", "dense_1/vars/1")


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (np.full((784, 4), np.nan, np.float32), "diverged"),
        (np.full((784, 4), np.inf, np.float32), "diverged"),
        (np.full((784, 4), 1e39), "diverged"),  # more than a float32 can hold
        (np.zeros((784, 5), np.float32), "do not fit its layers"),
        (np.zeros((4, 784), np.float32), "do not fit its layers"),
        (np.zeros(784 * 4, np.float32), "do not fit its layers"),
        (np.zeros((0, 4), np.float32), "do not fit its layers"),
        (np.zeros((784, 4), np.int8), "is quantised"),
        (np.zeros((784, 4), np.complex64), "not plain numbers"),
        (np.array([b"a" * 100]), "not plain numbers"),
    ],
)
def test_weights_that_are_not_the_layers_own_are_refused(weights: np.ndarray, words: str) -> None:
    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = weights

    assert words in refusal(keras_file(PLAIN, change=change))


def test_groups_that_contain_each_other_are_refused() -> None:
    def change(file: h5py.File) -> None:
        file["layers/again"] = file["layers"]

    assert "point to other places" in refusal(keras_file(PLAIN, change=change))


def test_state_of_an_optimizer_is_left_where_it_is() -> None:
    """Even a damaged one, which nobody could read, does not matter."""

    def change(file: h5py.File) -> None:
        state = np.frombuffer(b"the state", np.uint8)
        file.create_dataset("optimizer/vars/0", data=state, chunks=state.shape, fletcher32=True)

    with zipfile.ZipFile(io.BytesIO(keras_file(PLAIN, change=change))) as archive:
        weights = archive.read("model.weights.h5")
    assert b"the state" in weights
    assert refusal(keras_file(PLAIN, weights=weights.replace(b"the state", b"the skate"))) == ""


@pytest.mark.parametrize(
    ("version", "shown"),
    [("3.15.1", "Keras 3.15.1"), ("1" * 20, f"Keras {'1' * 20}"), ("1" * 21, "an unknown version"), (3, "an unknown")],
)
def test_a_version_is_shown_if_it_can_be_one(version: object, shown: str) -> None:
    metadata = json.dumps({"keras_version": version}).encode()
    sentence = refusal(keras_file([dense(4), dense(9, "softmax")], metadata=metadata))
    assert f"The file was saved by {shown}" in sentence


@pytest.mark.slow
@pytest.mark.parametrize("member", ["config.json", "model.weights.h5", "metadata.json"])
def test_a_member_that_lies_about_its_size_takes_no_memory(member: str) -> None:
    bomb = {"config.json": b"{}", "model.weights.h5": b"", "metadata.json": b"{}"} | {member: bytes(90_000_000)}
    data = zipped(bomb, {member: 1000})
    tracemalloc.start()
    words = refusal(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "damaged" in words
    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("rate", "kept"), [(0.25, 0.25), (0.9, 0.9), (0.91, 0.0), (-0.1, 0.0), ("much", 0.0), (float("nan"), 0.0)]
)
def test_the_rate_of_dropout_is_kept_if_it_is_one(rate: object, kept: float) -> None:
    layers = [dense(4), layer("Dropout", rate=rate), dense(10, "softmax")]
    assert read_network(keras_file(layers), 10).dropout == kept
